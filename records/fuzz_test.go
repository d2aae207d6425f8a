package records

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"aidpost/records/jsonread"
	"aidpost/records/vault"
	"aidpost/records/vitals"
)

// Whatever is in the file, decoding gives an encounter or ErrCorrupt; what it
// gives can be written and read again to the same.
func FuzzDecodePayload(f *testing.F) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 8 {
		payload, err := encodePayload(anyEncounter(r))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
		f.Add(payload[:len(payload)/2])
	}
	f.Add([]byte("{}\n{}\n"))
	f.Add([]byte(`{"observations":[{"panel":"oximetry","counts":true},{"panel":"oximetry"}]}` + "\n{}\n{}\n"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		_, headErr := decodeResults(&jsonread.Reader{}, nil, payload, vitals.BloodPressure)
		e, _, err := decodePayload(&jsonread.Reader{}, payload)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("got %v", err)
			}
			return
		}
		if headErr != nil {
			t.Fatalf("whole but not in part: %v", headErr)
		}
		again, err := encodePayload(&e)
		if err != nil {
			return // a time that JSON cannot say
		}
		back, _, err := decodePayload(&jsonread.Reader{}, again)
		if err != nil {
			t.Fatalf("written but not read: %v", err)
		}
		third, err := encodePayload(&back)
		if err != nil || !bytes.Equal(again, third) {
			t.Fatalf("wrote\n%s\nthen\n%s, %v", again, third, err)
		}
	})
}

func FuzzDecodeCaptures(f *testing.F) {
	whole, err := captures{NewID(): frames(now, 3, 5), NewID(): nil}.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte{captureVersion})
	// A count of frames far beyond the bytes there are.
	f.Add(append(append([]byte{captureVersion}, make([]byte, 16)...), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01))
	f.Fuzz(func(t *testing.T, data []byte) {
		got := captures{}
		if err := decodeCaptures(data, got); err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("got %v", err)
			}
			return
		}
		again, err := got.encode()
		if err != nil {
			t.Fatal(err)
		}
		back := captures{}
		if err := decodeCaptures(again, back); err != nil || len(back.since(got)) != 0 || len(got.since(back)) != 0 {
			t.Fatalf("decoded %v, then %v, %v", got, back, err)
		}
	})
}

func FuzzCleanText(f *testing.F) {
	for _, s := range []string{"", " a ", "e\u0301", "\u202ex", "مریم\u200cبانو", "\xff", "a\u0300\u0000\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, ok := cleanText(s)
		if !ok {
			return
		}
		if again, ok := cleanText(clean); !ok || again != clean {
			t.Errorf("%q becomes %q, then %q", s, clean, again)
		}
		if foldName(clean) != foldName(s) || foldName(foldName(s)) != foldName(s) {
			t.Errorf("%q folds to %q, then %q", s, foldName(s), foldName(foldName(s)))
		}
	})
}

// Only what a listing or a history needs is decoded, and it is the same.
func TestPartsOfAPayload(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 200 {
		e := anyEncounter(r)
		e, err := prepare(e, now)
		if err != nil {
			t.Fatal(err)
		}
		payload, err := encodePayload(e)
		if err != nil {
			t.Fatal(err)
		}
		whole, _, err := decodePayload(&jsonread.Reader{}, payload)
		if err != nil {
			t.Fatal(err)
		}
		for _, panel := range vitals.Panels() {
			var want []Observation
			folded := foldedIn(whole.Observations)
			for _, o := range whole.Observations {
				if o.Panel == panel && o.Result() && !folded[o.ID] {
					want = append(want, o)
				}
			}
			if got, err := decodeResults(&jsonread.Reader{}, nil, payload, panel); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %+v, %v", panel, got, err)
			}
		}
		if head, _, err := decodeHead(&jsonread.Reader{}, payload); err != nil || !head.Started.Equal(e.Started) || len(head.Lines) != len(e.Observations) {
			t.Fatalf("head %+v, %v", head, err)
		}
		for cut := range len(payload) {
			if _, _, err := decodePayload(&jsonread.Reader{}, payload[:cut]); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("cut at %d of %d: %v", cut, len(payload), err)
			}
			if cut > 300 {
				break
			}
		}
	}
}

func TestSealersBindTheRow(t *testing.T) {
	v, err := vault.New(now, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("open", func(t *testing.T) { bindsTheRow(t, openly{}) })
	t.Run("sealed", func(t *testing.T) { bindsTheRow(t, newVaulted(v)) })
}

func bindsTheRow(t *testing.T, s sealer) {
	row := binding{table: encounterRow, id: uuidOf(bytes.Repeat([]byte{7}, 16)), rev: 2, day: 20000, salt: s.salt()}
	sealed := s.seal([]byte("content"), row)
	if got, err := s.open(s.alg(), sealed, row); err != nil || string(got) != "content" {
		t.Fatalf("%q, %v", got, err)
	}
	for name, change := range map[string]func(*binding){
		"table": func(b *binding) { b.table++ }, "id": func(b *binding) { b.id[3]++ }, "revision": func(b *binding) { b.rev++ },
		"patient": func(b *binding) { b.patient[0]++ }, "day": func(b *binding) { b.day-- },
	} {
		other := row
		change(&other)
		if _, err := s.open(s.alg(), sealed, other); !errors.Is(err, ErrCorrupt) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	for at := range sealed {
		sealed[at] ^= 4
		if _, err := s.open(s.alg(), sealed, row); !errors.Is(err, ErrCorrupt) {
			t.Errorf("byte %d changed: %v", at, err)
		}
		sealed[at] ^= 4
	}
	for _, short := range [][]byte{nil, sealed[:5], sealed[:checkSize], sealed[:len(sealed)-1]} {
		if _, err := s.open(s.alg(), short, row); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%d bytes: %v", len(short), err)
		}
	}
	if _, err := s.open(99, sealed, row); !errors.Is(err, ErrCorrupt) {
		t.Errorf("unknown way: %v", err)
	}
	if bytes.Equal(s.token(personToken, "a"), s.token(identifierToken, "a")) {
		t.Error("tokens of two kinds are equal")
	}
}

func TestDayOf(t *testing.T) {
	for text, want := range map[string]int64{
		"1970-01-01T00:00:00Z": 0, "1970-01-01T23:59:59Z": 0, "1969-12-31T23:59:59Z": -1, "1969-12-31T00:00:00Z": -1,
		"2025-03-14T23:30:00-01:00": 20162, "2025-03-14T00:30:00+01:00": 20160,
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := dayOf(at); got != want {
			t.Errorf("%s: day %d, want %d", text, got, want)
		}
	}
}
