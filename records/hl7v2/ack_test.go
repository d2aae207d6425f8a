package hl7v2_test

import (
	"errors"
	"testing"

	"aidpost/records/hl7v2"
)

// TestParseAck: answers as engines write them, of versions before 2.5, too
// (HL7 v2.3.1, 2.16.5 and v2.5.1, 2.15.5).
func TestParseAck(t *testing.T) {
	const head = `MSH|^~\&|ENGINE|H|AIDPOST|P|20260301094001+0100||ACK^R01^ACK|X1|P|2.5.1` + "\r"
	for name, tt := range map[string]struct {
		text string
		want hl7v2.Ack
	}{
		"accepted":            {head + "MSA|AA|ABC\r", hl7v2.Ack{Code: hl7v2.Accepted, Of: "ABC"}},
		"stored":              {head + "MSA|CA|ABC", hl7v2.Ack{Code: hl7v2.CommitAccepted, Of: "ABC"}},
		"lines of another OS": {"MSH|^~\\&|E|H\r\nMSA|AA|ABC\r\n", hl7v2.Ack{Code: hl7v2.Accepted, Of: "ABC"}},
		"its words":           {head + `MSA|AE|ABC|No such \T\ person`, hl7v2.Ack{Code: hl7v2.Error, Of: "ABC", Words: "No such & person"}},
		"error of 2.5": {
			head + "MSA|AE|ABC\rERR||PID^1^5^^1|101^Required field missing^HL70357|E|||more|Name is missing\r",
			hl7v2.Ack{Code: hl7v2.Error, Of: "ABC", Condition: "101", Place: "PID-1-5", Words: "Name is missing"},
		},
		"a warning first": {
			head + "MSA|AR|ABC\rERR||OBX^1|103^Table value not found|W\rERR|||207^Application internal error|E||||\r",
			hl7v2.Ack{Code: hl7v2.Rejected, Of: "ABC", Condition: "207"},
		},
		"error of 2.3.1": {
			head + "MSA|AE|ABC\rERR|PID^1^5^101&Required field missing&HL70357\r",
			hl7v2.Ack{Code: hl7v2.Error, Of: "ABC", Condition: "101", Place: "PID-1-5", Words: "Required field missing"},
		},
		"separators of its own": {
			"MSH#@~\\&#E#H\rMSA#AA#AB@C\r", hl7v2.Ack{Code: hl7v2.Accepted, Of: "AB@C"},
		},
	} {
		if got, err := hl7v2.ParseAck([]byte(tt.text)); err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, tt.want)
		}
	}
	for _, text := range []string{
		"", "\r", "MSA|AA|ABC", "HTTP/1.1 400 Bad Request", head, head + "MSA||ABC", head + "MSA|OK|ABC", "MSH|", "MSH",
		head + "MSA|AA|ABC\rMSA|AA|ABD\r", "MSH\x00^~\\&|E\rMSA\x00AA\x00ABC",
	} {
		if got, err := hl7v2.ParseAck([]byte(text)); !errors.Is(err, hl7v2.ErrNoAck) {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
}

func FuzzParseAck(f *testing.F) {
	f.Add([]byte("MSH|^~\\&|E|H\rMSA|AE|ABC|words\rERR||PID^1^5|101^x^HL70357|E\r"))
	f.Add([]byte("MSH|^~\\&|E|H\rMSA|AA|ABC\rERR|PID^1^5^101&x&y\r"))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := hl7v2.ParseAck(text)
		if err != nil && !errors.Is(err, hl7v2.ErrNoAck) {
			t.Fatalf("an error that nobody knows: %v", err)
		}
		if err == nil && len(a.Code) != 2 {
			t.Fatalf("an answer without a code: %+v", a)
		}
	})
}
