package fhir

import (
	"bytes"
	"slices"

	"aidpost/records/jsonread"
)

// identical reports whether two resources say the same in the same bytes, but for what
// Same does not compare. Most answers of a server do, and need not be taken apart. It
// says no of what it cannot tell, such as one that was sent with tags.
func identical(sent, held []byte) bool {
	a, tagged, wholeSent := members(sent)
	b, _, wholeHeld := members(held)
	return wholeSent && wholeHeld && !tagged && slices.EqualFunc(a, b, func(x, y member) bool {
		return x.name == y.name && bytes.Equal(x.value, y.value)
	})
}

// A member is one of an object, its value as it is written.
type member struct {
	name  string
	value []byte
}

// members are those of a resource that are not a server's own, and whether it has meta
// beside them; not whole is what is no object, or not to its end.
func members(text []byte) (all []member, meta, whole bool) {
	var r jsonread.Reader
	r.Reset(text)
	for name := range r.Fields {
		m := member{string(name), r.Raw()}
		switch m.name {
		case "id", "text":
		case "meta":
			meta = true
		default:
			all = append(all, m)
		}
	}
	return all, meta, r.End() == nil && len(all) > 0
}
