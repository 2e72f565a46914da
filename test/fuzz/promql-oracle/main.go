// promql-oracle answers queries with the real PromQL engine, over series in promtool's notation that it keeps in memory.
//
// It reads JSON lines from standard input and writes one JSON line for each:
//
//	{"series":[{"labels":{"__name__":"x"},"values":"1+1x5 {{count:1}}"}],"intervalMs":15000}  replaces the series
//	{"query":"rate(x[1m])","startMs":60000,"endMs":60000,"stepMs":0,"lookbackMs":300000}       stepMs 0: an instant query
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

type seriesText struct {
	Labels map[string]string `json:"labels"`
	Values string            `json:"values"`
}

type request struct {
	Series     *[]seriesText `json:"series"`
	IntervalMs int64         `json:"intervalMs"`
	Query      string        `json:"query"`
	StartMs    int64         `json:"startMs"`
	EndMs      int64         `json:"endMs"`
	StepMs     int64         `json:"stepMs"`
	LookbackMs int64         `json:"lookbackMs"`
}

type sample struct {
	t  int64
	f  float64
	fh *histogram.FloatHistogram
}

func (s sample) T() int64                      { return s.t }
func (sample) ST() int64                       { return 0 }
func (s sample) F() float64                    { return s.f }
func (sample) H() *histogram.Histogram         { return nil }
func (s sample) FH() *histogram.FloatHistogram { return s.fh }
func (s sample) Copy() chunks.Sample           { return s }
func (s sample) Type() chunkenc.ValueType {
	if s.fh != nil {
		return chunkenc.ValFloatHistogram
	}
	return chunkenc.ValFloat
}

type memory struct {
	labels  []labels.Labels
	samples [][]chunks.Sample
}

func (m *memory) Querier(_, _ int64) (storage.Querier, error) { return &querier{m: m}, nil }

type querier struct{ m *memory }

func (q *querier) Select(_ context.Context, _ bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	set := &seriesSet{at: -1}
	for i, each := range q.m.labels {
		fits := true
		for _, matcher := range matchers {
			fits = fits && matcher.Matches(each.Get(matcher.Name))
		}
		if fits {
			// A copy for every query: the engine must not change what the next one sees.
			copied := make([]chunks.Sample, 0, len(q.m.samples[i]))
			for _, s := range q.m.samples[i] {
				// As the server's storage does: nothing outside of what was asked for.
				if hints != nil && (s.T() < hints.Start || s.T() > hints.End) {
					continue
				}
				if h := s.FH(); h != nil {
					s = sample{t: s.T(), fh: h.Copy()}
				}
				copied = append(copied, s)
			}
			set.series = append(set.series, storage.NewListSeries(each, copied))
		}
	}
	return set
}

func (*querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (*querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}
func (*querier) Close() error { return nil }

type seriesSet struct {
	series []storage.Series
	at     int
}

func (s *seriesSet) Next() bool                      { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series              { return s.series[s.at] }
func (*seriesSet) Err() error                        { return nil }
func (*seriesSet) Warnings() annotations.Annotations { return nil }

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

var hints = map[histogram.CounterResetHint]string{
	histogram.UnknownCounterReset: "unknown", histogram.CounterReset: "reset",
	histogram.NotCounterReset: "not_reset", histogram.GaugeType: "gauge",
}

type shownHistogram struct {
	Schema        int32    `json:"schema"`
	Hint          string   `json:"hint"`
	Count         string   `json:"count"`
	Sum           string   `json:"sum"`
	ZeroCount     string   `json:"zeroCount"`
	ZeroThreshold string   `json:"zeroThreshold"`
	Positive      []string `json:"positive"`
	Negative      []string `json:"negative"`
	Custom        []string `json:"custom"`
}

func buckets(spans []histogram.Span, counts []float64) []string {
	shown := []string{}
	index, at := int32(0), 0
	for _, span := range spans {
		index += span.Offset
		for range span.Length {
			if counts[at] != 0 {
				shown = append(shown, fmt.Sprintf("%d:%s", index, number(counts[at])))
			}
			index++
			at++
		}
	}
	return shown
}

func show(f float64, h *histogram.FloatHistogram) any {
	if h == nil {
		return number(f)
	}
	custom := []string{}
	for _, bound := range h.CustomValues {
		custom = append(custom, number(bound))
	}
	return shownHistogram{
		Schema: h.Schema, Hint: hints[h.CounterResetHint], Count: number(h.Count), Sum: number(h.Sum),
		ZeroCount: number(h.ZeroCount), ZeroThreshold: number(h.ZeroThreshold),
		Positive: buckets(h.PositiveSpans, h.PositiveBuckets), Negative: buckets(h.NegativeSpans, h.NegativeBuckets),
		Custom: custom,
	}
}

type row struct {
	Labels map[string]string `json:"labels"`
	Value  any               `json:"value,omitempty"`
	Points [][2]any          `json:"points,omitempty"`
}

type answer struct {
	Type     string   `json:"type,omitempty"`
	Rows     []row    `json:"rows,omitempty"`
	Text     string   `json:"text,omitempty"`
	Error    string   `json:"error,omitempty"`
	Stage    string   `json:"stage,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Infos    []string `json:"infos,omitempty"`
}

func load(r request) (*memory, error) {
	m := &memory{}
	p := parser.NewParser(parser.Options{})
	for _, each := range *r.Series {
		_, values, err := p.ParseSeriesDesc("x " + each.Values)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.Values, err)
		}
		list := []chunks.Sample{}
		for i, v := range values {
			if v.Omitted {
				continue
			}
			list = append(list, sample{t: int64(i) * r.IntervalMs, f: v.Value, fh: v.Histogram})
		}
		m.labels = append(m.labels, labels.FromMap(each.Labels))
		m.samples = append(m.samples, list)
	}
	return m, nil
}

func query(engine *promql.Engine, m *memory, r request) (shown answer) {
	defer func() {
		if problem := recover(); problem != nil {
			shown = answer{Error: fmt.Sprint(problem), Stage: "panic"}
		}
	}()
	opts := promql.NewPrometheusQueryOpts(false, time.Duration(r.LookbackMs)*time.Millisecond, nil)
	var q promql.Query
	var err error
	ctx := context.Background()
	if r.StepMs == 0 {
		q, err = engine.NewInstantQuery(ctx, m, opts, r.Query, time.UnixMilli(r.StartMs))
	} else {
		q, err = engine.NewRangeQuery(ctx, m, opts, r.Query, time.UnixMilli(r.StartMs), time.UnixMilli(r.EndMs), time.Duration(r.StepMs)*time.Millisecond)
	}
	if err != nil {
		return answer{Error: err.Error(), Stage: "parse"}
	}
	defer q.Close()
	result := q.Exec(ctx)
	if result.Err != nil {
		return answer{Error: result.Err.Error(), Stage: "eval"}
	}
	shown = answer{Type: string(result.Value.Type())}
	shown.Warnings, shown.Infos = result.Warnings.AsStrings(r.Query, 0, 0)
	slices.Sort(shown.Warnings)
	slices.Sort(shown.Infos)
	switch value := result.Value.(type) {
	case promql.Vector:
		for _, s := range value {
			shown.Rows = append(shown.Rows, row{Labels: s.Metric.Map(), Value: show(s.F, s.H)})
		}
	case promql.Matrix:
		for _, series := range value {
			type point struct {
				t int64
				v any
			}
			points := []point{}
			for _, p := range series.Floats {
				points = append(points, point{p.T, show(p.F, nil)})
			}
			for _, p := range series.Histograms {
				points = append(points, point{p.T, show(0, p.H)})
			}
			sort.SliceStable(points, func(i, j int) bool { return points[i].t < points[j].t })
			each := row{Labels: series.Metric.Map()}
			for _, p := range points {
				each.Points = append(each.Points, [2]any{p.t, p.v})
			}
			shown.Rows = append(shown.Rows, each)
		}
	case promql.Scalar:
		shown.Text = number(value.V)
	case promql.String:
		shown.Text = value.V
	}
	return shown
}

func main() {
	engine := promql.NewEngine(promql.EngineOpts{
		Logger: slog.New(slog.DiscardHandler), MaxSamples: 50_000_000, Timeout: time.Minute, EnableAtModifier: true, EnableNegativeOffset: true,
		NoStepSubqueryIntervalFn: func(int64) int64 { return 60_000 }, Parser: parser.NewParser(parser.Options{}),
	})
	m := &memory{}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		var r request
		if problem := json.Unmarshal(line, &r); problem != nil {
			panic(problem)
		}
		if r.Series != nil {
			loaded, problem := load(r)
			if problem != nil {
				_ = encoder.Encode(answer{Error: problem.Error(), Stage: "load"})
			} else {
				m = loaded
				_ = encoder.Encode(answer{Type: "loaded"})
			}
		} else {
			_ = encoder.Encode(query(engine, m, r))
		}
		// Whoever asks may wait for the answer.
		if in.Buffered() == 0 {
			_ = out.Flush()
		}
	}
}
