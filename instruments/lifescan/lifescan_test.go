package lifescan_test

import (
	"bytes"
	"encoding/binary"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/lifescan"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

func TestVerioIQ(t *testing.T) {
	metertest.Run(t, metertest.Kit{
		Driver:      lifescan.VerioIQ(),
		NewTwin:     func(o simulated.Options) metertest.Meter { return simulated.NewVerioIQ(o) },
		Margin:      meter.SecondsMargin,
		Resolution:  time.Second,
		Capacity:    750,
		Refused:     map[simulated.ResultKind]instruments.FaultCode{simulated.ControlTest: instruments.ControlTest},
		Traces:      func(mgPerDL int) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(mgPerDL)) },
		Unmarked:    true,
		OtherSerial: "TCFPQRMH",
	})
}

func TestUltraEasy(t *testing.T) {
	metertest.Run(t, metertest.Kit{
		Driver:      lifescan.UltraEasy(),
		NewTwin:     func(o simulated.Options) metertest.Meter { return simulated.NewUltraEasy(o) },
		Margin:      meter.SecondsMargin,
		Resolution:  time.Second,
		Capacity:    500,
		Refused:     map[simulated.ResultKind]instruments.FaultCode{simulated.Damaged: instruments.DamagedRecord},
		Traces:      func(mgPerDL int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(mgPerDL)) },
		Unmarked:    true,
		OtherSerial: "FFZ049BFR",
	})
}

// TestOtherProduct: the two have the same frames, and each driver wants its
// own.
func TestOtherProduct(t *testing.T) {
	for _, tt := range []struct {
		driver lifescan.Driver
		twin   func(simulated.Options) *simulated.LifeScan
	}{
		{lifescan.VerioIQ(), simulated.NewUltraEasy}, {lifescan.UltraEasy(), simulated.NewVerioIQ},
	} {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			var run sync.WaitGroup
			meter := tt.twin(simulated.Options{Now: later})
			run.Go(func() { _ = meter.Run(t.Context(), wire) })
			if id, err := tt.driver.Probe(t.Context(), host); err == nil || id.Serial != "" {
				t.Errorf("%s took a %s: %+v, %v", tt.driver.Model().Name, meter.Model(), id, err)
			}
			host.Close()
			run.Wait()
		})
	}
}

// later is a clock for virtual time, which begins in 2000, before which no
// meter can count.
func later() time.Time { return time.Now().AddDate(26, 2, 9) }

// Before each answer the meters think for 16 ms.
func BenchmarkDownloadVerioIQ(b *testing.B) {
	metertest.BenchmarkDownload(b, lifescan.VerioIQ(), simulated.NewVerioIQ(simulated.Options{}), 100)
}

func BenchmarkDownloadUltraEasy(b *testing.B) {
	metertest.BenchmarkDownload(b, lifescan.UltraEasy(), simulated.NewUltraEasy(simulated.Options{}), 100)
}

// BenchmarkDecode decodes captured results.
func BenchmarkDecode(b *testing.B) {
	captured := bytes.Repeat([]byte("\x02\x12\x00\x03\x06\x8D\xBC\x7C\x1B\x56\x00\x00\x01\x00\x00\x03\xE5\x19"), 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := lifescan.VerioIQ().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 500 {
			b.Fatal(readings, err)
		}
	}
}
