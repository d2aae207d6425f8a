package simulated

import (
	"bytes"
	"encoding/binary"
	"time"
)

const (
	suntechHost   = 0x3A
	suntechModule = 0x3E
	// suntechPatience is how long the module waits for the rest of a command.
	suntechPatience = 200 * time.Millisecond
	// abortTakes is the time from the A of an abort to its K.
	abortTakes = 300 * time.Millisecond
	// endTakes is the time from the open valve to the K of a measurement.
	endTakes = 500 * time.Millisecond
	// resetTakes is the silence after a reset.
	resetTakes = 2 * time.Second
)

// The command bytes.
const (
	stModuleData    = 0x00
	stCalibrate     = 0x04
	stValves        = 0x0C
	stInflation     = 0x17
	stStartAdult    = 0x20
	stStartNeonate  = 0x28
	stStartStreamed = 0x56
	stQuery         = 0x79
	stSleep         = 0x81
	stStasis        = 0x86
	stStartChild    = 0x87
	stReset         = 0x8A
)

// suntechData is how many bytes of data follow each command byte; host frames
// carry no length of their own.
var suntechData = map[byte]int{
	stModuleData: 0, stCalibrate: 1, stValves: 3, stInflation: 2, stStartAdult: 0, stStartNeonate: 0,
	stStartStreamed: 0, stQuery: 2, stSleep: 4, stStasis: 3, stStartChild: 0, stReset: 0,
}

// hear takes bytes of the host.
func (s *SunTech) hear(b []byte, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(b) > 0 {
		s.in = append(s.in, b...)
		s.inSince = now
	}
	for {
		at := bytes.IndexByte(s.in, suntechHost)
		if at < 0 {
			s.in = nil
			return
		}
		s.in = s.in[at:]
		if len(s.in) < 2 {
			return
		}
		data, known := suntechData[s.in[1]]
		if !known {
			s.in = nil
			s.letter('N')
			return
		}
		size := data + 3
		if len(s.in) < size {
			return
		}
		command := bytes.Clone(s.in[:size])
		s.in = s.in[size:]
		s.record(command, now)
		if byteSum(command) != 0 {
			s.letter('D')
			continue
		}
		if !now.Before(s.mute) {
			s.obey(command, now)
		}
	}
}

func (s *SunTech) record(command []byte, now time.Time) {
	forbidden := false
	switch command[1] {
	case stCalibrate, stValves, stStasis, stStartNeonate:
		forbidden = true
	case stQuery:
		forbidden = command[2] == 0x02 && command[3] == 0x03 // calibration result
	}
	if forbidden {
		s.tally.Forbidden++
	}
	s.tally.Commands = append(s.tally.Commands, SunTechCommand{now, command, forbidden})
}

// obey does what a good command asks for.
func (s *SunTech) obey(command []byte, now time.Time) {
	code := command[1]
	if s.sleeping && code != stSleep {
		s.letter('S')
		return
	}
	switch code {
	case stQuery:
		s.answer(binary.BigEndian.Uint16(command[2:]), now)
	case stStartAdult, stStartChild:
		s.start(now)
	case stInflation:
		s.setInflation(int(binary.LittleEndian.Uint16(command[2:])), now)
	case stSleep:
		s.sleeping = command[5] == 1
		s.letter('K')
	case stModuleData:
		s.letter('K')
	case stReset:
		s.abandon(now)
		s.out, s.mute = nil, now.Add(resetTakes)
	default: // forbidden ones, and the streamed start, which LX modules lack
		s.letter('N')
	}
}

// answer answers the questions, which share one command byte.
func (s *SunTech) answer(question uint16, now time.Time) {
	switch {
	case question == 0x0100:
		s.abort(now)
	case question == 0x0500:
		s.send(s.word(s.shown(now)))
	case question == 0x0300:
		if !s.quirks.NoResult {
			s.send(s.last.frame())
		}
	case question == 0x0240:
		s.send(s.version())
	case question == 0x1003 && s.quirks.LX, question == 0x1100 && !s.quirks.LX:
		var health uint16
		if s.options.Fault == LowBattery {
			health = 0x5A
		}
		s.send(s.word(health))
	default:
		s.letter('N')
	}
}

// shown is the pressure that the module says.
func (s *SunTech) shown(now time.Time) uint16 {
	if s.running && now.Sub(s.started) < s.quirks.Blind {
		return 0xFFFF
	}
	return uint16(s.air.pressure(now))
}

func (s *SunTech) start(now time.Time) {
	switch {
	case s.quirks.StartLetters != "":
		s.letter(s.quirks.StartLetters[0])
		s.quirks.StartLetters = s.quirks.StartLetters[1:]
		return
	case s.running:
		s.letter('B')
		return
	}
	s.tally.Starts++
	s.running, s.started = true, now
	s.letter('O')
	s.result = s.measured()
	s.air.fill(now, s.options, s.rand, s.arm, s.target, s.course(s.result.code))
	s.later(now.Add(s.air.takes()+s.options.After(endTakes)), func(time.Time) {
		if !s.running || !s.started.Equal(now) {
			return // aborted before
		}
		s.running = false
		s.last = s.result
		if !s.quirks.NoEnd {
			s.letter('K')
		}
	})
}

// course is how the pressure goes in a measurement that ends with the code.
func (s *SunTech) course(code byte) course {
	switch {
	case s.quirks.Runaway:
		return runaway
	case s.options.Fault == StuckCuff:
		return endless
	case code == 0x57:
		return leaking
	case code == 0x55:
		return kinked
	case code == 0x59:
		return overfilled
	}
	return deflating
}

// measured is how the measurement that begins now will end.
func (s *SunTech) measured() suntechResult {
	code := s.quirks.Code
	switch s.options.Fault {
	case WeakSignal:
		code = 0x01
	case Movement, Unstable:
		code = 0x02
	case HoseKinked:
		code = 0x55
	case CuffLoose:
		code = 0x57
	case StuckCuff:
		code = 0x58
	case Overshoot:
		code = 0x59
	}
	if code != 0 {
		return suntechResult{code: code}
	}
	if s.tally.Starts > 1 && s.options.Fault != Critical {
		s.arm.vary(s.rand)
	}
	return suntechResult{
		systolic:  s.arm.systolic,
		diastolic: s.arm.diastolic,
		mean:      s.arm.mean(),
		pulse:     s.arm.pulse,
		beats:     16 + s.rand.IntN(12),
	}
}

func (s *SunTech) setInflation(target int, now time.Time) {
	switch {
	case s.quirks.InflationLetters != "":
		s.letter(s.quirks.InflationLetters[0])
		s.quirks.InflationLetters = s.quirks.InflationLetters[1:]
		return
	case s.running:
		s.letter('B')
		return
	}
	s.target = target
	if s.quirks.Inflation >= 0 {
		s.later(now.Add(s.quirks.Inflation), func(time.Time) { s.letter('K') })
	}
}

func (s *SunTech) abort(now time.Time) {
	s.tally.Aborts++
	if s.deaf < s.quirks.DeafAborts {
		s.deaf++
		return
	}
	s.letter('A')
	s.abandon(now)
	s.later(now.Add(s.options.After(abortTakes)), func(time.Time) { s.letter('K') })
}

// abandon ends a measurement and opens the valve.
func (s *SunTech) abandon(now time.Time) {
	if s.running {
		s.running = false
		s.last = suntechResult{code: 0x56}
	}
	s.air.open(now, s.options.Fault == StuckCuff)
}

func (s *SunTech) letter(letter byte) { s.send([]byte{suntechModule, 4, letter, 0}) }

// word is the answer to a question for the pressure or the status.
func (s *SunTech) word(w uint16) []byte {
	return []byte{suntechModule, 5, byte(w), byte(w >> 8), 0}
}

// version is the version text: the model, and from offset 10 its firmware.
func (s *SunTech) version() []byte {
	frame := make([]byte, 0x43)
	frame[0], frame[1] = suntechModule, 0x43
	model := "SB-TWIN"
	if s.quirks.LX {
		model = "LX-TWIN"
	}
	copy(frame[2:], model)
	copy(frame[10:], "1.04")
	return frame
}

// frame is the result as the module sends it.
func (r suntechResult) frame() []byte {
	frame := make([]byte, 0x18)
	frame[0], frame[1] = suntechModule, 0x18
	binary.LittleEndian.PutUint16(frame[2:], uint16(r.systolic))
	binary.LittleEndian.PutUint16(frame[4:], uint16(r.diastolic))
	frame[6] = byte(r.beats)
	frame[7] = 1
	binary.LittleEndian.PutUint16(frame[16:], uint16(r.pulse))
	binary.LittleEndian.PutUint16(frame[18:], uint16(r.mean))
	frame[20] = r.code
	return frame
}

// send closes a frame with its checksum and queues it.
func (s *SunTech) send(frame []byte) {
	frame[len(frame)-1] = -byteSum(frame[:len(frame)-1])
	if s.quirks.Alter != nil {
		frame = s.quirks.Alter(s.frames, frame)
	}
	s.frames++
	s.out = append(s.out, frame...)
}

func byteSum(b []byte) byte {
	var sum byte
	for _, c := range b {
		sum += c
	}
	return sum
}
