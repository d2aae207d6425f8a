package records

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"aidpost/records/jsonread"
	"aidpost/records/vitals"
)

// filledIn gives every field that JSON writes a value of its own, so that one which
// is not read, or is read into another, is missed.
func filledIn(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch to := v.Addr().Interface().(type) {
	case *time.Time:
		*to = now.Add(time.Duration(*n) * time.Hour)
		return
	case *Date:
		*to = Date{1900 + *n%100, 4, 30}
		return
	case *vitals.Decimal:
		*to = vitals.Int(*n)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("t%d \"é<\\\n", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 4)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filledIn(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		filledIn(t, v.Index(0), n)
		filledIn(t, v.Index(1), n)
	case reflect.Struct:
		for i := range v.NumField() {
			filledIn(t, v.Field(i), n)
		}
	default:
		t.Fatalf("%s: a test for %s is missing", v.Type(), v.Kind())
	}
}

// What is read field by field is what encoding/json reads, of every field there is,
// of none, and of nulls.
func TestPayloadIsReadWhole(t *testing.T) {
	check := func(t *testing.T, value any, read func(*jsonread.Reader, []byte) (any, error)) {
		t.Helper()
		filled := reflect.New(reflect.TypeOf(value))
		n := 0
		filledIn(t, filled.Elem(), &n)
		content, err := json.Marshal(filled.Interface())
		if err != nil {
			t.Fatal(err)
		}
		fields := map[string]any{}
		if err := json.Unmarshal(content, &fields); err != nil {
			t.Fatal(err)
		}
		for name := range fields {
			fields[name] = nil
		}
		nulls, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range [][]byte{content, []byte("{}"), []byte(` { "new" : [{"a":1.5e3},null,true] } `), nulls} {
			want := reflect.New(reflect.TypeOf(value))
			if err := json.Unmarshal(text, want.Interface()); err != nil {
				t.Fatal(err)
			}
			var j jsonread.Reader
			for range 2 { // the second time all words are known
				got, err := read(&j, text)
				if err != nil || !reflect.DeepEqual(got, want.Elem().Interface()) {
					t.Errorf("%s\nreads as %+v, %v\nnot as  %+v", text, got, err, want.Elem().Interface())
				}
			}
		}
	}
	check(t, Patient{}, func(j *jsonread.Reader, text []byte) (any, error) {
		p, err := decodePatient(j, text)
		return *p, err
	})
	check(t, payloadHead{}, func(j *jsonread.Reader, text []byte) (any, error) {
		h, _, err := decodeHead(j, append(text, '\n'))
		return h, err
	})
	check(t, payloadSaid{}, func(j *jsonread.Reader, text []byte) (any, error) {
		s, _, err := decodeSaid(j, append(text, '\n'))
		return s, err
	})
	check(t, Observation{}, func(j *jsonread.Reader, text []byte) (any, error) {
		var o Observation
		j.Reset(text)
		readObservation(j, &o)
		return o, j.End()
	})
}
