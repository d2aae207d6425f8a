package contec

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"aidpost/instruments"
)

// Sessions laid out as atbrask/CMS50Dplus cms50dplus.py, OSCAR
// cms50_loader.cpp and cms50f37_loader.cpp and Contec V7.0 have them.
func TestStoredVectors(t *testing.T) {
	const none = instruments.Missing
	sample := func(spo2, pulse, pi instruments.Number) instruments.RecordedSample {
		return instruments.RecordedSample{SpO2: spo2, Pulse: pulse, Perfusion: pi}
	}
	plain := func(numbers ...instruments.Number) (list []instruments.RecordedSample) {
		for i := 0; i < len(numbers); i += 2 {
			list = append(list, sample(numbers[i], numbers[i+1], none))
		}
		return list
	}
	august := time.Date(2014, time.August, 18, 2, 38, 18, 0, time.UTC)
	for name, c := range map[string]struct {
		driver instruments.Decoder
		bytes  string
		want   instruments.Recording // all but Every
		fault  instruments.FaultCode
	}{
		"without a clock": {
			Stream(), "F2 80 00 F2 80 00 F2 80 00 80 80 14 F0 BC 61 F0 BD 62 F1 82 62 F1 FF 7F F1 83 60 F0 80 00 F1 80 5F",
			instruments.Recording{Announced: 7, Samples: plain(97, 60, 98, 61, 98, 130, none, none, 96, 131, none, none, 95, 128)}, "",
		},
		"begun 23:30, without a length": {
			Stream(), "F2 97 1E F2 97 1E F2 97 1E F0 BC 61",
			instruments.Recording{TimeOfDay: "23:30", Samples: plain(97, 60)}, "",
		},
		"a live frame cuts a header": {
			Stream(), "F2 97 1E 87 32 05 48 62 F2 97 87 32 05 48 62 F2 97 1E 80 80 02 F0 BC 61 87 32 05 48 62",
			instruments.Recording{TimeOfDay: "23:30", Announced: 1, Samples: plain(97, 60)}, "",
		},
		"headers that differ": {
			Stream(), "F2 97 1E F2 96 1E F2 97 1F F0 BC 61",
			instruments.Recording{Samples: plain(97, 60)}, "",
		},
		"a second lost, announced": {
			Stream(), "F2 80 00 F2 80 00 80 80 08 F0 BC 61 F0 BD 62",
			instruments.Recording{Announced: 3, Samples: plain(97, 60, 98, 61)}, instruments.DamagedRecord,
		},
		"a byte of a second lost": {
			Stream(), "F2 80 00 F2 80 00 80 80 08 F0 BC 61 F0 62 F0 BE 62",
			instruments.Recording{Announced: 3, Samples: plain(97, 60, none, none, 98, 62)}, instruments.Garbled, // nothing live, either
		},
		"with the perfusion index": {
			Packets(), "08 80 80 80 88 80 80 80 07 80 80 80 94 8E 88 92 12 80 80 80 82 A6 92 80 09 80 E1 C4 CE 82 09 9E FF FF FF FF",
			instruments.Recording{
				Place: "user 0, segment 0", Began: august, Announced: 2,
				Samples: []instruments.RecordedSample{sample(97, 68, 590), sample(none, none, none)},
			}, "",
		},
		"seven plain seconds, the last packet filled up": {
			Packets(), "07 80 80 80 94 8E 88 92 12 80 80 80 82 A6 92 80 08 80 80 80 8E 80 80 80" +
				"0F A0 E1 BC E2 BD E2 82 0F 8A FF FF E0 83 80 80 0F 80 DE C2 80 80 80 80",
			instruments.Recording{
				Place: "user 0, segment 0", Began: august, Announced: 7,
				Samples: plain(97, 60, 98, 61, 98, 130, none, none, 96, 131, none, none, 94, 66),
			}, "",
		},
		"the date of another segment": {
			Packets(), "08 80 80 81 82 80 80 80 07 80 80 80 94 8E 88 92 12 80 80 80 82 A6 92 80 0F 80 DE C2 80 80 80 80",
			instruments.Recording{Place: "user 0, segment 1", Announced: 1, Samples: plain(94, 66)}, "",
		},
		"a packet cut short": {
			Packets(), "08 80 80 80 92 80 80 80 0F 80 E2 BF E2 BF E2 BF 0F 80 E2 BF E2 0F 80 DE C2 DE C2 DE C2",
			instruments.Recording{
				Place: "user 0, segment 0", Announced: 9,
				Samples: plain(98, 63, 98, 63, 98, 63, none, none, none, none, none, none, 94, 66, 94, 66, 94, 66),
			}, instruments.Garbled,
		},
		"more than was announced": {
			Packets(), "08 80 80 80 86 80 80 80 0F 80 E2 BF E2 BF E2 BF 0F 80 E2 BF E2 BF E2 BF",
			instruments.Recording{Place: "user 0, segment 0", Announced: 3, Samples: plain(98, 63, 98, 63, 98, 63)}, instruments.DamagedRecord,
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := keep(t, c.driver, bytes.NewReader(unhex(t, c.bytes)), 0)
			c.want.Every = time.Second
			if len(k.stored) != 1 || !reflect.DeepEqual(*k.stored[0], c.want) {
				t.Fatalf("%d sessions, %+v, want %+v", len(k.stored), k.stored, c.want)
			}
			if (c.fault == "") != (len(k.faults) == 0) || c.fault != "" && k.faults[0] != c.fault {
				t.Errorf("faults %v, want %q", k.faults, c.fault)
			}
			if len(k.readings) > 0 {
				t.Errorf("%d readings", len(k.readings))
			}
		})
	}
}

// What is only announced is no session.
func TestAnnouncedAlone(t *testing.T) {
	for _, b := range []string{
		"08 80 80 80 8F D0 81 80", "08 80 80 80 80 80 80 80 07 80 80 80 80 80 80 80 12 80 80 80 80 80 80 80",
	} {
		if k := keep(t, Packets(), bytes.NewReader(unhex(t, b)), 0); len(k.stored)+len(k.faults) > 0 {
			t.Errorf("%s: %v, %v", b, k.stored, k.faults)
		}
	}
}

// A night of eight hours.
func BenchmarkDecodeStored(b *testing.B) {
	night := bytes.Repeat([]byte{0xF0, 0xBC, 0x61}, 8*3600)
	capture := join([]byte{0xF2, 0x80, 0, 0xF2, 0x80, 0, 0xF2, 0x80, 0}, night)
	b.SetBytes(int64(len(capture)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Stream().Decode(bytes.NewReader(capture), instruments.Job{}, func(instruments.Event) {}); err != nil {
			b.Fatal(err)
		}
	}
}
