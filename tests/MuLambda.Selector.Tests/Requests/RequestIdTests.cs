namespace MuLambda.Selector.Tests.Requests;

public sealed class RequestIdTests
{
    [Fact]
    public void An_id_is_a_uuid_of_version_7_and_leads_back_to_its_parts()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 1000; i++)
        {
            var id = new RequestId(random.NextInt64(1L << 48), random.NextInt64(RequestId.SequenceMask + 1), unchecked((uint)random.Next(int.MinValue, int.MaxValue)));

            var text = id.ToString();

            var uuid = Guid.Parse(text);
            uuid.Version.ShouldBe(7, $"seed {seed}");
            (uuid.Variant & 0b1100).ShouldBe(0b1000, $"seed {seed}");
            RequestId.TryParse(text, out var read).ShouldBeTrue($"seed {seed}");
            read.ShouldBe(id, $"seed {seed}");
        }
    }

    [Fact]
    public void Ids_sort_by_time_and_then_by_order()
    {
        const uint Process = 0xFFFF_FFFF;
        RequestId[] inOrder =
        [
            new(1_000, 1, Process), new(1_000, 2, 0), new(1_000, (1L << 30) - 1, Process), new(1_000, 1L << 30, 0),
            new(1_000, RequestId.SequenceMask, Process), new(1_001, 1, 0), new(2_000_000_000_000, 1, 0),
        ];

        inOrder.Select(id => id.ToString()).Order(StringComparer.Ordinal).ShouldBe(inOrder.Select(id => id.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("019c8a4d5b0070008000000000000001")]
    [InlineData("{019c8a4d-5b00-7000-8000-000000000001}")]
    [InlineData("019c8a4d-5b00-4000-8000-000000000001")]
    [InlineData("019c8a4d-5b00-7000-c000-000000000001")]
    [InlineData("019c8a4d-5b00-7000-8000-00000000000g")]
    public void What_is_no_such_uuid_is_no_id(string? text) => RequestId.TryParse(text, out _).ShouldBeFalse();
}
