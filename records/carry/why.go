package carry

import "errors"

// Why says what is wrong in words for people, without where on this computer it
// happened.
func Why(err error) string {
	for _, known := range append([]error{ErrNoPartner, ErrRoom, ErrReadOnly, ErrPulled, ErrCard}, unreadable...) {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return err.Error()
}
