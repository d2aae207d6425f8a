package hl7v2

import (
	"strconv"
	"time"
)

// BatchHead begins a file with messages (HL7 v2.5.1, 2.10.3): the header of the
// file and that of its only batch.
func BatchHead(made time.Time) []byte {
	var text []byte
	for _, name := range []string{"FHS", "BHS"} {
		s := &segment{name: name}
		text = append(text, s.set(2, encodingCharacters).set(3, "AIDPOST").set(7, stamp(made)).String()+"\r"...)
	}
	return text
}

// BatchTail ends it, with how many messages there were.
func BatchTail(messages int) []byte {
	return []byte("BTS|" + strconv.Itoa(messages) + "\rFTS|1\r")
}
