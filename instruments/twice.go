package instruments

// Twice asks two times for what a wire puts no check on, such as a serial
// number, and returns the answer if it was the same, and otherwise a Garbled
// *Fault.
func Twice[T comparable](ask func() (T, error)) (T, error) {
	first, err := ask()
	if err != nil {
		return first, err
	}
	second, err := ask()
	if err == nil && second != first {
		var none T
		return none, NewFault(Garbled, "it does not say the same of itself twice")
	}
	return second, err
}
