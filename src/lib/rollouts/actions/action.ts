import type { KubeClient, ObjectRef, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import type { Plan } from './plan.ts'
import type { Situation } from './situation.ts'

/** What a decision is made on: the object it is about, and other objects that it may write to. */
export interface Subject<T extends KubeObject = KubeObject> {
  type: ResourceType
  object: T
  related?: readonly { type: ResourceType; object: KubeObject }[]
}

/** One kind of action on one kind of object; everything but `read` is pure. */
export interface Action<S extends Subject> {
  /** as the command is called: `promote` */
  verb: string
  read(client: KubeClient, ref: ObjectRef): Promise<S>
  plan(subject: S): Plan
  /** What the decision depends on: when this is the same after a conflict, the decision still stands. */
  situation(subject: S): Situation
  /**
   * Whether the decision is about whatever the controller makes of a spec that it has not seen: an abort is, a promotion
   * past a pause is not, since the pause after it is another one.
   */
  followsNewSpec?: boolean
}
