package intended

// A Range is from and to, in whole centimetres around the upper arm. The zero one
// is not known.
type Range struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// The thinnest and the thickest upper arm that any cuff is made for, in centimetres,
// that of a newborn included.
const (
	ThinnestArm = 5
	ThickestArm = 70
)

// Sound reports whether a cuff can be made for the range.
func (r Range) Sound() bool { return r.From >= ThinnestArm && r.From < r.To && r.To <= ThickestArm }

// A Lie is how an arm lies to the marks of a cuff.
type Lie string

// How it may lie. Empty: nobody was asked.
const (
	Within     Lie = "within"
	Thinner    Lie = "thinner" // than the cuff is made for
	Thicker    Lie = "thicker"
	LieUnknown Lie = "unknown" // to whoever was asked
)

// Lies are the answers to how an arm lies, in the order of the buttons.
func Lies() []Lie { return []Lie{Thinner, Within, Thicker, LieUnknown} }

// Lie returns how an arm of so many centimetres lies to a cuff of the range.
func (r Range) Lie(arm int) Lie {
	switch {
	case r == Range{} || arm <= 0:
		return ""
	case arm < r.From:
		return Thinner
	case arm > r.To:
		return Thicker
	}
	return Within
}

// lie is how the person's arm lies to a cuff of the range: measured counts before
// said.
func (p Person) lie(cuff Range) Lie {
	if p.Arm > 0 {
		return cuff.Lie(p.Arm)
	}
	return p.Lie
}

// CuffOf returns for which arms the cuff is made that is used: the one that the
// site has named, or else what the maker prints on that of the model.
func (l Label) CuffOf(named Range) Range {
	if named == (Range{}) && l.Cuff != nil {
		return l.Cuff.Arm
	}
	return named
}
