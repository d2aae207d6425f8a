package instruments

import (
	"reflect"
	"testing"
)

func TestExplainRuns(t *testing.T) {
	frames := []Frame{
		{Direction: FromInstrument, Bytes: []byte("ab")},
		{Direction: FromInstrument},
		{Direction: FromInstrument, Bytes: []byte("cde")},
		{Direction: ToInstrument, Bytes: []byte("xy")},
		{Direction: FromInstrument, Bytes: []byte("z")},
	}
	var runs []string
	got := ExplainRuns(frames, func(d Direction, run []byte, n *Namer) {
		runs = append(runs, string(d)+string(run))
		n.Name(1, "one", "1")
		n.Skip(0)
		n.Name(2, "two", "2")
		n.Skip(1)
		n.Name(9, "rest", "3") // more than there is
	})
	want := []Field{
		{0, 0, 1, "one", "1"}, {0, 1, 1, "two", "2"}, {2, 0, 1, "two", "2"}, {2, 2, 1, "rest", "3"},
		{3, 0, 1, "one", "1"}, {3, 1, 1, "two", "2"},
		{4, 0, 1, "one", "1"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("fields %v", got)
	}
	if !reflect.DeepEqual(runs, []string{"<abcde", ">xy", "<z"}) {
		t.Errorf("runs %q", runs)
	}
	if fields := ExplainRuns(nil, nil); fields != nil {
		t.Errorf("fields of nothing: %v", fields)
	}
}
