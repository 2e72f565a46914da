/** The generations of Kargo whose rules differ. 1.11 changed approvals and the Promotion webhook. */
export type KargoVersion = '1.9' | '1.10' | '1.11'
