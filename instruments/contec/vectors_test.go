package contec

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// A vector is one row of testdata: bytes of a published source and what they
// mean. Samples name the fields that matter.
type vector struct {
	Name, Source, Bytes string
	Samples             []map[string]any // live samples, in order
	Packets             []string         // packets with bit 7 restored
	Request             string           // the command that these bytes are
	Dropped             uint64
}

func readVectors(t testing.TB, file string) []vector {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(text, &vs); err != nil {
		t.Fatal(err)
	}
	return vs
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parseAll feeds b in pieces of size chunk and returns the live samples.
func parseAll(p spotcheck.Parser, b []byte, chunk int) []instruments.PlethSample {
	var out []instruments.PlethSample
	for len(b) > 0 {
		piece := b[:min(chunk, len(b))]
		b = b[len(piece):]
		for len(piece) > 0 {
			n, found := p.Next(piece)
			piece = piece[n:]
			var s instruments.PlethSample
			if found == spotcheck.Whole && p.Live(&s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// checkSamples compares the fields that the vector names, as they are printed.
func checkSamples(t *testing.T, got []instruments.PlethSample, want []map[string]any) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d samples, want %d", len(got), len(want))
	}
	for i, s := range got {
		text, err := json.Marshal(&s)
		if err != nil {
			t.Fatal(err)
		}
		var printed map[string]any
		if err := json.Unmarshal(text, &printed); err != nil {
			t.Fatal(err)
		}
		for field, value := range want[i] {
			if have, ok := printed[field]; !ok || !reflect.DeepEqual(have, value) {
				t.Errorf("sample %d: %s = %v, want %v", i, field, have, value)
			}
		}
	}
}

func TestStreamVectors(t *testing.T) {
	for _, v := range readVectors(t, "testdata/stream.json") {
		t.Run(v.Name, func(t *testing.T) {
			b := unhex(t, v.Bytes)
			for chunk := 1; chunk <= len(b); chunk++ {
				p := newStreamParser()
				checkSamples(t, parseAll(p, b, chunk), v.Samples)
				if got := p.Tally(); got.Dropped != v.Dropped || got.Received != uint64(len(b)) {
					t.Errorf("in pieces of %d: received %d, dropped %d; want %d, %d", chunk, got.Received, got.Dropped, len(b), v.Dropped)
				}
			}
		})
	}
}

func TestPacketVectors(t *testing.T) {
	for _, v := range readVectors(t, "testdata/packets.json") {
		t.Run(v.Name, func(t *testing.T) {
			b := unhex(t, v.Bytes)
			if v.Request != "" {
				got, err := request(command(unhex(t, v.Request)[0]))
				if err != nil || !reflect.DeepEqual(got, b) {
					t.Errorf("request is % X, %v; want % X", got, err, b)
				}
				return
			}
			for chunk := 1; chunk <= len(b); chunk++ {
				p := &packetParser{}
				if samples := parseAll(p, b, chunk); v.Packets == nil {
					checkSamples(t, samples, v.Samples)
				}
				if got := p.Tally(); got.Dropped != v.Dropped || got.Received != uint64(len(b)) {
					t.Errorf("in pieces of %d: received %d, dropped %d; want %d, %d", chunk, got.Received, got.Dropped, len(b), v.Dropped)
				}
			}
			checkPackets(t, b, v.Packets)
		})
	}
}

// checkPackets compares whole packets with bit 7 restored; nil checks nothing.
func checkPackets(t *testing.T, b []byte, want []string) {
	t.Helper()
	p := &packetParser{}
	var got []string
	for len(b) > 0 {
		n, found := p.Next(b)
		b = b[n:]
		if found == spotcheck.Whole {
			d := p.data()
			packet := append([]byte{p.Frame()[0]}, d[:p.size-2]...)
			got = append(got, strings.ToUpper(hex.EncodeToString(packet)))
		}
	}
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], " ", "")
	}
	if want != nil && !reflect.DeepEqual(got, want) {
		t.Errorf("packets %v, want %v", got, want)
	}
}

// The commands that delete stored sessions (AE) and set the clock (B1, B2), and
// every other one that is not needed, cannot be built.
func TestOnlyHarmlessCommands(t *testing.T) {
	allowed := map[command]int{ // with so many parameters
		0xA1: 0, 0xA2: 0, 0xA7: 0, 0xA8: 0, 0xAA: 0, 0xAC: 0, 0xAD: 0, 0xAF: 0, 0xA3: 1, 0xA4: 2, 0xA5: 2, 0xA6: 2,
	}
	for c := range 256 {
		for n := range 4 {
			b, err := request(command(c), make([]byte, n)...)
			want, known := allowed[command(c)]
			if ok := err == nil; ok != (known && want == n) || ok != (len(b) == 9) {
				t.Errorf("command %02X with %d parameters: % X, %v", c, n, b, err)
			}
		}
	}
	if b, err := request(askStored, 0, 0x80); err == nil {
		t.Errorf("segment 80: % X", b)
	}
}
