package instruments

// State is how an endpoint stands.
type State string

// The states of an endpoint.
const (
	Probing State = "probing" // something was plugged in; we are finding out what
	// Recognised is named by what it has said, while its cuff is let go. A use
	// that is asked for now begins when that is over, and fails if it came to
	// nothing.
	Recognised State = "recognised"
	Ready      State = "ready"
	InUse      State = "in-use"
	Silent     State = "silent" // recognised before, but gone from its cable or asleep
	Unknown    State = "unknown"
)

// Attached is one endpoint and what is known of the instrument on it.
type Attached struct {
	ID       string    `json:"id"` // the same whenever the same cable is plugged in, where cables can be told apart
	Endpoint Endpoint  `json:"endpoint"`
	State    State     `json:"state"`
	Model    Model     `json:"model,omitzero"` // valid unless Probing or Unknown
	Identity Identity  `json:"identity,omitzero"`
	Fault    FaultCode `json:"fault,omitempty"` // why it is Silent or Unknown
	// Likely reports that it is Ready by what is all but proof, see [Likely]: who it
	// is may still come.
	Likely bool `json:"-"`
	Looks  int  `json:"-"` // how often it was looked at since it was plugged in
	// Nameable reports that nobody has recognised it for so long that staff should
	// say what it is; see [Rack.Candidates] and [Rack.Name].
	Nameable bool `json:"-"`
}

// Startable reports that somebody may be offered the instrument: Measure begins
// at once, or as soon as one that is Recognised has become Ready.
func (a Attached) Startable() bool { return a.State == Ready || a.State == Recognised }

// Key names the instrument wherever it is plugged in: by the serial number that
// it tells, or else by its cable. It is empty where neither has a number.
func (a Attached) Key() string {
	switch {
	case a.Model.ID != "" && a.Identity.Serial != "":
		return a.Model.ID + " " + a.Identity.Serial
	case a.Endpoint.Number() != "":
		return a.Endpoint.cable()
	}
	return ""
}
