// Package quality knows when an instrument may be used: the lots of strips and
// of control solutions, control runs and the rules they are judged by, the dates
// of calibrations, and who is certified. It keeps nothing and knows no clock:
// package records does.
//
// The rules are those of Westgard, Barry, Hunt and Groth, "A multi-rule Shewhart
// chart for quality control in clinical chemistry", Clin Chem 1981;27:493-501.
package quality
