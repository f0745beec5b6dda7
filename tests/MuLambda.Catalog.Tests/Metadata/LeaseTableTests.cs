using MuLambda.Catalog.Metadata;

namespace MuLambda.Catalog.Tests.Metadata;

public sealed class LeaseTableTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ManualTime _time = new();
    private readonly List<string> _expired = [];
    private readonly LeaseTable _leases;

    public LeaseTableTests() => _leases = new LeaseTable(_time, keys =>
    {
        _expired.AddRange(keys.Select(key => key.Id));
        return true;
    });

    public void Dispose() => _leases.Dispose();

    [Fact]
    public void Entries_that_come_and_go_leave_nothing_behind_until_they_would_have_been_due()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _leases.Set(Key($"passing-{i}"), Day);
            _leases.Remove(Key($"passing-{i}"));
        }

        _leases.Queued.ShouldBeLessThanOrEqualTo(LeaseTable.SpareQueue);
    }

    [Fact]
    public void The_leases_that_stay_run_out_when_they_are_due()
    {
        _leases.Set(Key("first"), TimeSpan.FromSeconds(10));
        _leases.Set(Key("second"), TimeSpan.FromSeconds(20));
        for (var i = 0; i < 1000; i++)
        {
            _leases.Set(Key($"passing-{i}"), TimeSpan.FromSeconds(15));
            _leases.Set(Key($"passing-{i}"), null);
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        _expired.ShouldBe(["first"]);
        _time.Advance(TimeSpan.FromSeconds(10));
        _expired.ShouldBe(["first", "second"]);
    }

    private static StoreKey Key(string id) => new(CatalogKind.Executor, id);
}
