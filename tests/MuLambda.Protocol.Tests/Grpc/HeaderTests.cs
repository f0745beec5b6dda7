using MuLambda.Protocol.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

public sealed class HeaderTests
{
    [Theory]
    [InlineData("1n", 1)]
    [InlineData("100n", 1)]
    [InlineData("1u", 10)]
    [InlineData("250m", 2_500_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("99999999H", 3_599_999_964_000_000_000)]
    [InlineData("0S", 0)]
    public void A_timeout_is_read_in_every_unit(string text, long ticks)
    {
        GrpcTimeout.TryParse(text, out var timeout).ShouldBeTrue();
        timeout.Ticks.ShouldBe(ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1 S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void Anything_else_is_no_timeout(string text) => GrpcTimeout.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_timeout_survives_the_wire_within_its_unit_and_never_shrinks()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 1000; i++)
        {
            var timeout = new TimeSpan(1 + (long)(Math.Pow(random.NextDouble(), 8) * TimeSpan.FromDays(300).Ticks));
            GrpcTimeout.TryParse(GrpcTimeout.Format(timeout), out var read).ShouldBeTrue($"seed {seed}");
            read.ShouldBeGreaterThanOrEqualTo(timeout, $"seed {seed}");
            (read - timeout).Ticks.ShouldBeLessThanOrEqualTo(1 + (timeout.Ticks / 10_000), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("all plain ASCII ~", "all plain ASCII ~")]
    [InlineData("50%", "50%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("\u00fc", "%C3%BC")]
    public void A_status_message_is_percent_encoded(string message, string encoded)
    {
        GrpcStatusText.Encode(message).ShouldBe(encoded);
        GrpcStatusText.Decode(encoded).ShouldBe(message);
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%41%", "A%")]
    public void What_is_not_percent_encoding_stays_as_it_is(string encoded, string message) =>
        GrpcStatusText.Decode(encoded).ShouldBe(message);

    [Fact]
    public void A_long_status_message_is_cut() =>
        GrpcStatusText.Encode(new string('\u00fc', 100_000)).Length.ShouldBe(3 * 4096);

    [Theory]
    [InlineData("http://127.0.0.1:8500", null)]
    [InlineData("unix:/run/e.sock", "/run/e.sock")]
    [InlineData("unix:///run/e.sock", "/run/e.sock")]
    public void Addresses_are_tcp_or_unix(string text, string? socket) =>
        GrpcAddress.Parse(text).SocketPath.ShouldBe(socket);

    [Theory]
    [InlineData("localhost:8500")]
    [InlineData("https://localhost:8500")]
    [InlineData("http://localhost:8500/path")]
    [InlineData("unix:")]
    [InlineData("unix:/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    public void Other_addresses_are_refused(string text) =>
        Should.Throw<FormatException>(() => GrpcAddress.Parse(text)).Message.ShouldNotBeNullOrEmpty();
}
