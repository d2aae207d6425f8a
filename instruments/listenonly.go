package instruments

// ListenOnly returns p as a port on which nothing can be sent: what is written
// is refused with a *Fault before it reaches the wire, and the modem lines stay
// as they are.
func ListenOnly(p Port) Port { return listener{p} }

type listener struct{ Port }

func (listener) Write([]byte) (int, error) {
	return 0, NewFault(WrongModel, "nothing may be sent on this port")
}

func (listener) SetModemLines(dtr, rts bool) error { return nil }
