const words =
  /(?:^|[-_.:/ ])(?:canary|stable|preview|baseline|primary|hash|version|revision|track|subset|color|colour|slot|variant|release|tag|sha|commit|image|pod|instance)s?(?:$|[-_.:/ 0-9])/i

/** Whether a label, value, argument or service sounds as if it told versions of a workload apart. */
export const namesArm = (text: string): boolean =>
  words.test(text) || /(?:canary|stable|preview|version|pod_?template|replica_?set|hash)/i.test(text)

/** Whether it names the version that is being rolled out, which is gone when the rollout has ended. */
export const namesCanary = (text: string): boolean => /(?:^|[-_.:/ ])(?:canary|preview)(?:$|[-_.:/ ])/i.test(text)
