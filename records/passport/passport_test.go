package passport

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/signing"
	"aidpost/records/vitals"
)

var issued = time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)

func site(t testing.TB, seed byte) (signing.Key, signing.Set) {
	t.Helper()
	k, err := signing.NewKey(bytes.Repeat([]byte{seed}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	public, err := k.Public()
	if err != nil {
		t.Fatal(err)
	}
	return k, signing.Set{Keys: []signing.Public{public}}
}

func nurse() Passport {
	return Passport{ID: "5e1", Issuer: "North", Name: "Nyota Mwangi", Issued: issued, Grants: []Grant{
		{vitals.BloodGlucose, issued.Add(24 * time.Hour)}, {vitals.BloodPressure, issued.Add(48 * time.Hour)},
	}}
}

// TestOpen: a passport is good at a site that trusts its key, till each grant
// ends by itself; not by a clock from before it was made, not at a site that
// does not know the key, and not with a letter changed.
func TestOpen(t *testing.T) {
	key, keys := site(t, 1)
	_, strangers := site(t, 2)
	text, err := Seal(key, nurse())
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 700 {
		t.Errorf("%d letters are a lot for a badge", len(text))
	}
	panels := func(p Passport) (all []vitals.Panel) {
		for _, g := range p.Grants {
			all = append(all, g.Panel)
		}
		return all
	}
	for name, tt := range map[string]struct {
		now  time.Time
		want []vitals.Panel
		err  error
	}{
		"at once":               {issued, []vitals.Panel{vitals.BloodGlucose, vitals.BloodPressure}, nil},
		"a clock that is slow":  {issued.Add(-59 * time.Minute), []vitals.Panel{vitals.BloodGlucose, vitals.BloodPressure}, nil},
		"a clock of last year":  {issued.AddDate(-1, 0, 0), nil, ErrClock},
		"after the first grant": {issued.Add(24 * time.Hour), []vitals.Panel{vitals.BloodPressure}, nil},
		"after the last":        {issued.Add(48 * time.Hour), nil, ErrExpired},
		"a clock of next year":  {issued.AddDate(1, 0, 0), nil, ErrExpired},
	} {
		p, err := Open(" "+text+"\n", keys, tt.now)
		if !errors.Is(err, tt.err) || !slices.Equal(panels(p), tt.want) {
			t.Errorf("%s: %v, %v", name, panels(p), err)
		}
		if err == nil && (p.Name != "Nyota Mwangi" || p.ID != "5e1" || p.Key != keys.Keys[0].KeyID) {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if _, err := Open(text, strangers, issued); !errors.Is(err, signing.ErrKey) {
		t.Errorf("at a site that does not know the key: %v", err)
	}
	for i := range text {
		forged := text[:i] + string('a'+(text[i]-'a'+1)%26) + text[i+1:]
		if forged == text {
			continue
		}
		if p, err := Open(forged, keys, issued); err == nil {
			t.Fatalf("with letter %d changed: %+v", i, p)
		}
	}
	list, err := SealRevoked(key, Revoked{Issuer: "North", IDs: []string{"5e1"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Prefix+list, keys, issued); !errors.Is(err, signing.ErrToken) {
		t.Errorf("a list for a passport: %v", err)
	}
	if r, err := OpenRevoked(list, keys); err != nil || !slices.Equal(r.IDs, []string{"5e1"}) || r.Key != keys.Keys[0].KeyID {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := OpenRevoked(strings.TrimPrefix(text, Prefix), keys); !errors.Is(err, signing.ErrToken) {
		t.Errorf("a passport for a list: %v", err)
	}
	if _, err := OpenRevoked(list, strangers); !errors.Is(err, signing.ErrKey) {
		t.Errorf("the list of a stranger: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	key, keys := site(f, 1)
	text, err := Seal(key, nurse())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(Prefix + "a.b.c")
	f.Fuzz(func(t *testing.T, forged string) {
		if p, err := Open(forged, keys, issued); err == nil && strings.TrimSpace(forged) != text {
			t.Errorf("%q is %+v", forged, p)
		}
	})
}
