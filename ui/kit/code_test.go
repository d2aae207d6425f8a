package kit

import "testing"

// Every square has the same whole number of pixels and stands on white, with a
// margin of four squares; a code that is cleared leaves none.
func TestCodeIsDrawnInWholePixels(t *testing.T) {
	dark := [][]bool{{true, false}, {false, true}}
	c := NewCode(dark, 10)
	img := c.generate(37, 50) // 10 squares with the margin: 3 pixels each
	for y := range 30 {
		for x := range 30 {
			r, _, _, a := img.At(3+x, 10+y).RGBA()
			row, col := y/3-4, x/3-4
			want := row >= 0 && row < 2 && col >= 0 && col < 2 && dark[row][col]
			if a == 0 || (r == 0) != want {
				t.Fatalf("pixel %d, %d: dark %t, want %t", x, y, r == 0, want)
			}
		}
	}
	c.Clear()
	for y, img := 0, c.generate(37, 50); y < 50; y++ {
		for x := range 37 {
			if _, _, _, a := img.At(x, y).RGBA(); a != 0 {
				t.Fatal("a cleared code leaves a mark")
			}
		}
	}
}
