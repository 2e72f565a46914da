import type { KubeObject, LabelSelector } from '../context/kube-object.ts'

/** kargo.akuity.io/v1alpha1 ProjectConfig as we read it. It counts only under the name of its Project. */
export interface ProjectConfig extends KubeObject {
  spec?: { promotionPolicies?: PromotionPolicy[] }
}

export interface PromotionPolicy {
  /** deprecated; ignored beside a stageSelector */
  stage?: string
  /** the name may be a pattern: `glob:` or `regex:` */
  stageSelector?: LabelSelector & { name?: string }
  autoPromotionEnabled?: boolean
}
