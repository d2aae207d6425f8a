package visit_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aidpost/app/visit"
)

// checkWiped looks for the person in State and in every corner of the visit.
func checkWiped(t *testing.T, v *visit.Visit) {
	t.Helper()
	s := v.State()
	if s.Encounter != nil || s.Name != "" || len(s.Results) > 0 || s.Last != nil || len(s.Candidates) > 0 || s.Fault != nil {
		t.Errorf("State keeps %+v", s)
	}
	for name, whole := range map[string]any{"State": s, "Visit": v} {
		for _, found := range dump(reflect.ValueOf(whole)) {
			if strings.Contains(found, canary) || found == fmt.Sprint(telltale) {
				t.Errorf("%s keeps %q", name, found)
			}
		}
	}
}

// dump lists every string and number that can be reached from v through the
// program's own types.
func dump(v reflect.Value) []string {
	var out []string
	seen := map[uintptr]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			out = append(out, v.String())
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			out = append(out, fmt.Sprint(v.Int()))
		case reflect.Pointer:
			if v.IsNil() || seen[v.Pointer()] || outside(v.Type().Elem()) {
				return
			}
			seen[v.Pointer()] = true
			walk(v.Elem())
		case reflect.Interface:
			if !v.IsNil() && !outside(v.Elem().Type()) {
				walk(v.Elem())
			}
		case reflect.Struct:
			if outside(v.Type()) {
				return
			}
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for iter := v.MapRange(); iter.Next(); {
				walk(iter.Key())
				walk(iter.Value())
			}
		}
	}
	walk(v)
	return out
}

// outside reports types that belong to the tests, to the rules or to the
// standard library's clocks and logs.
func outside(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	path := t.PkgPath()
	return path != "" && (strings.HasSuffix(path, "_test") || strings.HasSuffix(path, "guideline") && t.Name() == "Rules" ||
		!strings.HasPrefix(path, "aidpost"))
}

// TestDumpFinds: the search of checkWiped would find something.
func TestDumpFinds(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.cuffed()
		k.inflate(reads(pressure(telltale, 90, 70)), visit.Pause)
		for _, whole := range []any{k.v.State(), k.v} {
			found := dump(reflect.ValueOf(whole))
			if !slices.Contains(found, canary) || !slices.Contains(found, fmt.Sprint(telltale)) {
				t.Errorf("not found in %T", whole)
			}
		}
	})
}
