using MuLambda.Protocol.Serving;

namespace MuLambda.Protocol.Tests.Serving;

public sealed class RequestsAheadHeaderTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(299, "299")]
    [InlineData(1_000_000, "1000000")]
    [InlineData(int.MaxValue, "1000000")]
    public void What_is_told_can_be_read(int count, string told)
    {
        RequestsAheadHeader.Format(count).ShouldBe(told);
        RequestsAheadHeader.Parse(told).ShouldBe(Math.Min(count, RequestsAheadHeader.MaxCount));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1000001")]
    [InlineData("2147483648")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("0x1")]
    [InlineData("1, 2")]
    public void What_cannot_be_a_count_is_none(string? value) => RequestsAheadHeader.Parse(value).ShouldBeNull();

    [Fact]
    public void Usual_counts_are_told_without_allocation()
    {
        TellUsualCounts();
        var before = GC.GetAllocatedBytesForCurrentThread();

        TellUsualCounts();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void TellUsualCounts()
    {
        for (var count = 0; count < 300; count++)
        {
            RequestsAheadHeader.Format(count);
        }
    }
}
