package carry

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"aidpost/records"
	"aidpost/records/signing"
)

// ownKeysOf are the keys of a place, to forge with.
func ownKeysOf(p *place) keys {
	p.Helper()
	k, err := ownKeys(p.Context(), p.access)
	if err != nil {
		p.Fatal(err)
	}
	return k
}

// TestLettersRefused: each letter that must not be believed is refused with words
// of its own, nothing of it is taken in, and it is in no other's way.
func TestLettersRefused(t *testing.T) {
	field, office := pair(t)
	stranger := newPlace(t, "stranger")
	good := field.visit(person(1))
	v, err := field.store.Carried(t.Context(), good.ID)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := v.Encode()
	fieldKeys, officeKeys, strangerKeys := ownKeysOf(field), ownKeysOf(office), ownKeysOf(stranger)
	to, recipient := officeKeys.public.KeyID, officeKeys.identity.Recipient().String()
	sealed := func(k keys, to, recipient string, m manifest, lines ...[]byte) []byte {
		text, err := seal(k, to, recipient, m, lines)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	whole := sealed(fieldKeys, to, recipient, manifest{Kind: visits, Number: 1}, line)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, tt := range map[string]struct {
		file []byte
		want error
	}{
		"empty":            {nil, ErrDamaged},
		"not sealed":       {[]byte("hello"), ErrDamaged},
		"cut short":        {whole[:len(whole)-1], ErrDamaged},
		"a bit flipped":    {flipped, ErrDamaged},
		"to somebody else": {sealed(fieldKeys, to, strangerKeys.identity.Recipient().String(), manifest{Kind: visits, Number: 1}, line), ErrNotForUs},
		"passed on":        {sealed(fieldKeys, strangerKeys.public.KeyID, recipient, manifest{Kind: visits, Number: 1}, line), ErrNotForUs},
		"by a stranger":    {sealed(strangerKeys, to, recipient, manifest{Kind: visits, Number: 1}, line), ErrStranger},
		"unsigned":         {resealed(t, recipient, []byte("{}\n"), line), ErrUnsigned},
		"signed otherwise": {resealed(t, recipient, otherwise(t, fieldKeys), line), ErrUnsigned},
		"another body":     {resealed(t, recipient, headOf(t, officeKeys, whole), line), ErrForged},
		"another head":     {resealed(t, recipient, tamper(headOf(t, officeKeys, whole)), line), ErrForged},
		"newer":            {sealed(fieldKeys, to, recipient, manifest{Kind: "future", Number: 1}, line), ErrNewer},
		"word of a laptop": {sealed(fieldKeys, to, recipient, manifest{Kind: word, Number: 1}), ErrStranger},
		"more is promised": {promising(t, fieldKeys, to, recipient, line), ErrDamaged},
	} {
		stick := OnStick(t.TempDir())
		l := label{tag(fieldKeys.public), tag(officeKeys.public), 1, visits}
		if err := os.WriteFile(filepath.Join(stick.folder, l.String()), tt.file, 0o600); err != nil {
			t.Fatal(err)
		}
		r := office.in(stick)
		if len(r.Refused) != 1 || r.Refused[0].Why != tt.want.Error() || r.New != 0 {
			t.Errorf("%s: %+v, want %v", name, r, tt.want)
		}
		if left, err := stick.read(l); err != nil || !bytes.Equal(left, tt.file) {
			t.Errorf("%s: it was taken from the stick: %v", name, err)
		}
	}
	stick := OnStick(t.TempDir())
	if err := os.WriteFile(filepath.Join(stick.folder, label{"00000000", tag(officeKeys.public), 7, visits}.String()), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	field.out(stick)
	if r := office.in(stick); r.New != 1 || len(r.Refused) != 1 {
		t.Errorf("a good one beside a bad one: %+v", r)
	}
}

// resealed seals a head and a body as anybody can.
func resealed(t *testing.T, recipient string, head, body []byte) []byte {
	return sealedText(t, recipient, append(append(bytes.TrimRight(bytes.Clone(head), "\n"), '\n'), body...))
}

// headOf opens a letter, as its reader can, and returns what was signed.
func headOf(t *testing.T, k keys, file []byte) []byte {
	head, _, _ := bytes.Cut(opened(t, k, file), []byte{'\n'})
	return head
}

// tamper changes what was signed, and keeps the signature.
func tamper(head []byte) []byte {
	parts := bytes.Split(head, []byte{'.'})
	middle := &parts[1][len(parts[1])/2]
	*middle = map[bool]byte{true: 'B', false: 'A'}[*middle == 'A']
	return bytes.Join(parts, []byte{'.'})
}

// otherwise is something else that the key has signed.
func otherwise(t *testing.T, k keys) []byte {
	text, err := signing.Seal(k.sign, signing.Head{Type: "aidpost-passport"}, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(text)
}

// promising is a letter that says to have a line more than it has.
func promising(t *testing.T, k keys, to, recipient string, line []byte) []byte {
	text, err := sealLines(k, to, recipient, manifest{Kind: visits, Number: 1}, [][]byte{line}, 2)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestWordRefused: word that is old, and word with another hash, change nothing.
func TestWordRefused(t *testing.T) {
	field, office := pair(t)
	first, second := OnStick(t.TempDir()), OnStick(t.TempDir())
	e := field.visit(person(1))
	field.out(first)
	office.in(first)
	old := copyOf(t, first)
	office.in(first)
	office.out(first)
	if r := field.in(first); r.Held != 1 {
		t.Fatalf("%+v", r)
	}
	if r := field.in(old); len(r.Refused) != 1 || r.Refused[0].Why != ErrOlder.Error() {
		t.Errorf("older word: %+v", r)
	}
	other := field.visit(person(2))
	k := ownKeysOf(office)
	card := field.card()
	for name, w := range map[string]said{
		"another hash":     {Visit: other.ID, Revision: 1, Hash: hexOf([]byte("x"))},
		"another revision": {Visit: other.ID, Revision: 2, Hash: hashOf(t, field, other.ID)},
		"nobody's":         {Visit: records.NewID(), Revision: 1, Hash: hexOf([]byte("x"))},
		"refused, another": {Visit: other.ID, Revision: 1, Hash: hexOf([]byte("x")), Refused: "no"},
	} {
		line, _ := json.Marshal(w)
		n := 100 + len(name)
		text, err := seal(k, card.Keys[0].KeyID, card.Recipient, manifest{Kind: word, Number: n}, [][]byte{line})
		if err != nil {
			t.Fatal(err)
		}
		stick := OnStick(t.TempDir())
		if err := stick.write(label{tag(k.public), tag(card.Keys[0]), n, word}.String(), text); err != nil {
			t.Fatal(err)
		}
		if r := field.in(stick); r.Held+r.Sent != 0 {
			t.Errorf("%s: %+v", name, r)
		}
		if s := field.stats(); s.Pending != 1 || s.Carried != 1 || s.Dead+s.Done != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	// Receipts of something else are no proof.
	line, _ := json.Marshal(said{Visit: other.ID, Revision: 1, Hash: hashOf(t, field, other.ID), Server: hexOf([]byte("x"))[:32],
		Receipts: []receipt{{Kind: "Encounter", ID: e.ID, Remote: "1", Version: "1", Hash: hexOf([]byte("x"))}}})
	text, err := seal(k, card.Keys[0].KeyID, card.Recipient, manifest{Kind: word, Number: 200}, [][]byte{line})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.write(label{tag(k.public), tag(card.Keys[0]), 200, word}.String(), text); err != nil {
		t.Fatal(err)
	}
	if r := field.in(second); r.Held != 1 || r.Sent != 0 {
		t.Errorf("receipts of another visit: %+v", r)
	}
}

func hexOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hexOfSum(sum)
}

func hashOf(t *testing.T, p *place, id records.ID) string {
	v, err := p.store.Carried(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	_, hash, err := v.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return hexOfSum(hash)
}
