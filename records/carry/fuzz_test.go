package carry

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"testing"

	"aidpost/records/signing"
)

// FuzzLetter: what is in a seal never makes a reader fail otherwise than by an
// error with words, and nothing of it is given out that was not signed.
func FuzzLetter(f *testing.F) {
	sign, err := signing.NewKey(bytes.Repeat([]byte{1}, signing.SeedSize))
	if err != nil {
		f.Fatal(err)
	}
	public, err := sign.Public()
	if err != nil {
		f.Fatal(err)
	}
	trusted := signing.Set{Keys: []signing.Public{public}}
	good := func(m manifest, body []byte) []byte {
		sum := sha256.Sum256(body)
		m.Format, m.To, m.Size, m.SHA256 = format, "me", len(body), hexOfSum(sum)
		text, _ := json.Marshal(m)
		head, err := signing.Seal(sign, signing.Head{Type: letterType}, text)
		if err != nil {
			f.Fatal(err)
		}
		return append([]byte(head+"\n"), body...)
	}
	f.Add(good(manifest{Kind: visits}, nil), false)
	f.Add(good(manifest{Kind: word, Lines: 3}, []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0}), false)
	f.Add([]byte("a.b.c\n"), false)
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), true)
	f.Fuzz(func(t *testing.T, text []byte, signed bool) {
		if signed { // the body is what anybody trusted may have written
			text = good(manifest{Kind: visits, Lines: len(text) % 3}, text)
		}
		l, err := check("me", trusted, text)
		if err != nil {
			return
		}
		if l.from != public.KeyID || l.To != "me" {
			t.Fatalf("%+v", l)
		}
		_ = l.each(func(line []byte) error {
			var s said
			if json.Unmarshal(line, &s) == nil {
				_, _ = s.word()
			}
			return nil
		})
	})
}

// FuzzLabel: the name of a file is a label only if the label has that very name.
func FuzzLabel(f *testing.F) {
	f.Add("aidpost-00000000-11111111-000001.visits")
	f.Add("aidpost-..-..-1.word")
	f.Fuzz(func(t *testing.T, name string) {
		if l, ok := labelled(name); ok && l.number >= 0 && l.String() == name && bytes.ContainsAny([]byte(name), "/\\") {
			t.Fatalf("%q leads elsewhere", name)
		}
	})
}
