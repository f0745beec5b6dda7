using MuLambda.Simulation.Coordinates;

namespace MuLambda.Simulation.Tests.Coordinates;

public class SyntheticNetworkTests
{
    [Fact]
    public void The_same_seed_gives_the_same_network_and_both_ways_take_the_same()
    {
        var (one, again, other) = (new SyntheticNetwork(200, 1), new SyntheticNetwork(200, 1), new SyntheticNetwork(200, 2));
        var differs = 0;
        for (var a = 0; a < 200; a++)
        {
            for (var b = 0; b < 200; b++)
            {
                var roundTripMs = one.RoundTripMs(a, b);
                roundTripMs.ShouldBe(again.RoundTripMs(a, b));
                roundTripMs.ShouldBe(one.RoundTripMs(b, a));
                (a == b ? roundTripMs == 0 : roundTripMs is > 0.1 and < 2000).ShouldBeTrue();
                differs += roundTripMs != other.RoundTripMs(a, b) ? 1 : 0;
            }
        }

        differs.ShouldBeGreaterThan(39_000);
    }

    [Fact]
    public void It_resembles_what_was_measured_between_hosts_of_PlanetLab()
    {
        // 490 hosts: p5 19 ms, median 135, p95 325; 17.7 % of the triangles violated, 1.2 % by half and more.
        var facts = MatrixFacts.Of(new SyntheticNetwork(490, 1), 1);

        facts.P5Ms.ShouldBeInRange(10, 30);
        facts.MedianMs.ShouldBeInRange(100, 170);
        facts.P95Ms.ShouldBeInRange(220, 400);
        facts.Violations.ShouldBeInRange(0.13, 0.23);
        facts.SevereViolations.ShouldBeInRange(0.006, 0.025);
    }

    [Fact]
    public void Jitter_has_a_heavy_tail_and_only_ever_adds()
    {
        var (jitter, random) = (new JitterModel(), new Random(1));
        var samples = Enumerable.Range(0, 100_000).Select(_ => jitter.Measure(50, random)).ToList();
        var measured = samples.Where(sample => !double.IsNaN(sample)).Order().ToList();

        (samples.Count - measured.Count).ShouldBeInRange(800, 1200);
        measured[0].ShouldBeGreaterThanOrEqualTo(50);
        measured[measured.Count / 2].ShouldBeInRange(50, 53);
        measured[(int)(0.95 * measured.Count)].ShouldBeInRange(55, 65);
        measured[^1].ShouldBeGreaterThan(500);
        JitterModel.None.Measure(50, random).ShouldBe(50);
    }

    [Fact]
    public void A_host_that_moves_is_elsewhere()
    {
        var network = new SyntheticNetwork(100, 1);
        var before = Enumerable.Range(1, 99).Select(other => network.RoundTripMs(0, other)).ToList();

        network.Move(0, seed: 5);

        Enumerable.Range(1, 99).Count(other => Math.Abs(network.RoundTripMs(0, other) - before[other - 1]) > 5).ShouldBeGreaterThan(50);
    }

    [Fact]
    public void A_measured_matrix_is_read_with_what_was_not_measured_left_out()
    {
        var matrix = MeasuredMatrix.Read(new StringReader("0 1.5\t0\n2,0;3\n\n-1 4 0\n"), unitMs: 1000);

        matrix.Count.ShouldBe(3);
        (matrix.RoundTripMs(0, 1), matrix.RoundTripMs(1, 0), matrix.RoundTripMs(1, 2)).ShouldBe((1500, 1500, 3000));
        matrix.RoundTripMs(1, 1).ShouldBe(0);
        double.IsNaN(matrix.RoundTripMs(0, 2)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("0 1\n1 0\n", "at least 3 hosts")]
    [InlineData("0 1 2\n1 0 2\n", "square")]
    [InlineData("0 1 2\n1 0\n2 2 0\n", "Line 2 has 2 numbers")]
    [InlineData("0 1 2\n1 zero 2\n2 2 0\n", "'zero' in line 2, field 2")]
    [InlineData("", "square")]
    public void What_is_no_matrix_is_refused_with_the_place(string text, string says) =>
        Should.Throw<FormatException>(() => MeasuredMatrix.Read(new StringReader(text))).Message.ShouldContain(says);
}
