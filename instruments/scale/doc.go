// Package scale holds what weight scales have in common: a person steps on, and
// the scale tells a weight, again and again or when it is asked.
//
// A scale does not know who stands on it, and some hold a weight after the
// person has left. So a weight is of this visit only if the platform was seen
// empty after the measurement had begun, and it counts when the scale calls it
// steady and tells it twice, or more often where the scale does not say whether
// it is steady. That is also the check of wires that have none: two records
// would have to be damaged in the same way.
//
// A family is a [Format] and a model; see packages escscale, mtsics and
// andscale.
package scale
