package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/signing"
	"aidpost/records/vitals"
)

var signedAt = time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)

func key(t testing.TB, seed byte) signing.Key {
	t.Helper()
	k, err := signing.NewKey(bytes.Repeat([]byte{seed}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func set(t testing.TB, keys ...signing.Key) (s signing.Set) {
	t.Helper()
	for _, k := range keys {
		p, err := k.Public()
		if err != nil {
			t.Fatal(err)
		}
		s.Keys = append(s.Keys, p)
	}
	return s
}

func observed(panel vitals.Panel, values ...vitals.Value) records.Observation {
	return records.Observation{ID: records.NewID(), Panel: panel, Values: values, Taken: signedAt, State: records.Confirmed, Meal: vitals.Fasting,
		Origin: records.Origin{Driver: "d", Device: records.Device{Maker: "M", Model: "N"}}}
}

func of(m vitals.Measure, n int, u vitals.Unit) vitals.Value {
	return vitals.Value{Measure: m, Quantity: vitals.Of(n, u)}
}

// claims are a whole visit.
func claims() Claims {
	high := of(vitals.Glucose, 600, vitals.MgPerDL)
	high.Quantity.Comparator = vitals.Above
	return Claims{
		Issuer: "https://riverside.example/aidpost", Issued: signedAt, Place: "Riverside Pharmacy",
		Patient: &records.Patient{Given: "Amina 😀", Family: "Okafor", BirthDate: records.Date{Year: 1965, Month: 3, Day: 9}},
		Results: []records.Observation{
			observed(vitals.BloodPressure, of(vitals.Systolic, 132, vitals.MmHg), of(vitals.Diastolic, 83, vitals.MmHg), of(vitals.Pulse, 73, vitals.PerMinute)),
			observed(vitals.Oximetry, of(vitals.SpO2, 97, vitals.Percent), of(vitals.Pulse, 71, vitals.PerMinute)),
			observed(vitals.BloodGlucose, high),
		},
	}
}

func tokenOf(t testing.TB, k signing.Key, c Claims) string {
	t.Helper()
	token, _, err := Sign(k, c)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestRoundTrip(t *testing.T) {
	k := key(t, 7)
	token, left, err := Sign(k, claims())
	if err != nil || left != 0 {
		t.Fatalf("%d left out, %v", left, err)
	}
	if again := tokenOf(t, k, claims()); again != token {
		t.Error("the same claims gave another text")
	}
	if strings.Trim(strings.TrimPrefix(token, Prefix), "0123456789") != "" {
		t.Errorf("%.40q is not digits alone", token)
	}
	s, err := Verify(token+"\n", set(t, key(t, 8), k))
	if err != nil {
		t.Fatal(err)
	}
	if s.Family != "Okafor" || s.Given != "Amina 😀" || s.Born != "1965-03-09" || s.Place != "Riverside Pharmacy" || !s.Issued.Equal(signedAt) {
		t.Errorf("%+v", s)
	}
	want := []string{"8480-6 132 mmHg", "8462-4 83 mmHg", "8867-4 73 /min", "2708-6 97 %", "8867-4 71 /min", "41604-0 >600 mg/dL"}
	var got []string
	for _, v := range s.Values {
		got = append(got, v.Code+" "+v.Value+" "+v.Unit)
		if !v.At.Equal(signedAt) || v.Name == "" {
			t.Errorf("%+v", v)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// Whatever digit is changed, to whatever other, the code is not valid, and
// nothing of it is returned. The same for a digit that is lost or doubled.
func TestEveryDigitCounts(t *testing.T) {
	k := key(t, 7)
	keys := set(t, k)
	token := tokenOf(t, k, claims())
	bad := func(what, token string) {
		t.Helper()
		s, err := Verify(token, keys)
		if !errors.Is(err, signing.ErrToken) && !errors.Is(err, signing.ErrKey) && !errors.Is(err, signing.ErrChanged) || len(s.Values) > 0 || s.Family != "" {
			t.Fatalf("%s: %+v, %v", what, s, err)
		}
	}
	for i := len(Prefix); i < len(token); i++ {
		for _, by := range []byte{1, 3, 7} {
			digit := '0' + (token[i]-'0'+by)%10
			bad(fmt.Sprintf("digit %d is %c", i, digit), token[:i]+string(digit)+token[i+1:])
		}
		bad(fmt.Sprintf("digit %d lost", i), token[:i]+token[i+1:])
		if i%2 == 1 {
			bad(fmt.Sprintf("from digit %d on lost", i), token[:i])
		}
	}
	bad("one more", token+"00")
	bad("nothing", "")
	bad("the bare prefix", Prefix)
	bad("letters", Prefix+"ab")
}

func TestOtherKey(t *testing.T) {
	token := tokenOf(t, key(t, 7), claims())
	if _, err := Verify(token, set(t, key(t, 8))); !errors.Is(err, signing.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := Verify(token, signing.Set{}); !errors.Is(err, signing.ErrKey) {
		t.Errorf("no key: %v", err)
	}
	// Somebody who gives their own key the id of ours.
	forged := set(t, key(t, 8))
	ours := set(t, key(t, 7))
	forged.Keys[0].KeyID = ours.Keys[0].KeyID
	if _, err := Verify(token, forged); !errors.Is(err, signing.ErrChanged) {
		t.Errorf("a forged key: %v", err)
	}
	content, _ := json.Marshal(forged)
	if _, err := signing.ParseSet(content); !errors.Is(err, signing.ErrKeys) {
		t.Errorf("a file with a forged key: %v", err)
	}
}

func TestParseSet(t *testing.T) {
	want := set(t, key(t, 7), key(t, 8))
	content, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := signing.ParseSet(content)
	if err != nil || len(got.Keys) != 2 || got.Keys[1] != want.Keys[1] {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "{}", "[]", `{"keys":[{"kty":"RSA"}]}`, strings.Replace(string(content), `"x":"`, `"x":"A`, 1)} {
		if _, err := signing.ParseSet([]byte(bad)); !errors.Is(err, signing.ErrKeys) {
			t.Errorf("%.30q: %v", bad, err)
		}
	}
}

// What finds no room is left out from the end, and counted.
func TestRoom(t *testing.T) {
	c := claims()
	for range 20 {
		c.Results = append(c.Results, c.Results[:3]...)
		if len(c.Results) > 30 {
			break
		}
	}
	k := key(t, 7)
	token, left, err := Sign(k, c)
	if err != nil || left == 0 || left >= len(c.Results)-3 {
		t.Fatalf("%d of %d left out, %v", left, len(c.Results), err)
	}
	if n := (len(token) - len(Prefix)) / 2; n > maxToken {
		t.Errorf("%d characters", n)
	}
	if s, err := Verify(token, set(t, k)); err != nil || s.Values[0].Value != "132" {
		t.Errorf("%+v, %v", s, err)
	}
	c.Patient.Given = strings.Repeat("Wolfeschlegelsteinhausen", 12)
	if _, left, err = Sign(k, c); err != nil || left == len(c.Results) {
		t.Errorf("a long name: %d of %d left out, %v", left, len(c.Results), err)
	}
}

// Nobody is named who is not in the claims, and what is known beside the name
// stays where it is.
func TestPrivacy(t *testing.T) {
	k := key(t, 7)
	c := claims()
	c.Patient.Identifiers = []records.Identifier{{System: "card", Value: "SECRET-4711"}}
	c.Results[0].Origin.Device.Serial = "SECRET-4711"
	plain, err := c.pack(len(c.Results))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := read(plain, ""); err != nil || strings.Contains(fmt.Sprint(s), "SECRET") || s.Family == "" {
		t.Errorf("%+v, %v", s, err)
	}
	c.Patient = nil
	s, err := Verify(tokenOf(t, k, c), set(t, k))
	if err != nil || s.Family+s.Given+s.Born != "" || len(s.Values) == 0 {
		t.Errorf("%+v, %v", s, err)
	}
	c.Patient = &records.Patient{Family: "Okafor", BirthDate: records.Date{Year: 1986, Month: 7, Day: 1}, BirthEstimated: true}
	if s, err = Verify(tokenOf(t, k, c), set(t, k)); err != nil || s.Born != "1986" {
		t.Errorf("an estimated birth: %+v, %v", s, err)
	}
}

func FuzzVerify(f *testing.F) {
	k := key(f, 7)
	keys := set(f, k)
	token := tokenOf(f, k, claims())
	f.Add(token)
	f.Add(Prefix)
	f.Add(Prefix + "7777")
	f.Add(Prefix + digits("e30.e30.e30"))
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Verify(s, keys)
		if err == nil && strings.TrimSpace(s) != token {
			t.Errorf("%q is valid: %+v", s, got)
		}
	})
}

func TestSeeds(t *testing.T) {
	for _, seed := range [][]byte{nil, make([]byte, 31), make([]byte, 33)} {
		if _, err := signing.NewKey(seed); err == nil {
			t.Errorf("%d bytes", len(seed))
		}
	}
	for _, b := range []byte{0, 0xff} { // outside of the curve's order
		if _, err := signing.NewKey(bytes.Repeat([]byte{b}, signing.SeedSize)); err != nil {
			t.Error(err)
		}
	}
}
