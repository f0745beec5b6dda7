namespace MuLambda.Selector.Tests.Requests;

public sealed class HoldTests : IDisposable
{
    private static readonly Feedback Quick = new(null, null, 5, Failed: false);
    private static readonly Feedback Broken = new(null, null, null, Failed: true);

    private readonly LoggedPlatform _platform = new(["one", "two"]);

    public void Dispose() => _platform.Dispose();

    [Fact]
    public void Nobodys_word_awaited_a_request_is_in_flight_for_as_long_as_it_is_estimated_to_take()
    {
        // The model of a gigabyte is estimated at a second.
        var (_, executor) = _platform.Select();
        _platform.InFlight(executor).ShouldBe(1);

        _platform.Time.Advance(TimeSpan.FromMilliseconds(900));
        _platform.Log.ReleaseDue();
        _platform.InFlight(executor).ShouldBe(1);
        _platform.Time.Advance(TimeSpan.FromMilliseconds(200));
        _platform.InFlight(executor).ShouldBe(0, "the log's own timer ends it where no other request comes by");
        _platform.Log.Held.ShouldBe(0);
        _platform.Observations(executor).ShouldBe(0);
    }

    [Fact]
    public void A_latency_ends_it_at_once_and_is_learned()
    {
        var (id, executor) = _platform.Select();

        _platform.Log.Tell(id, Quick).Status.ShouldBe(200);

        _platform.InFlight(executor).ShouldBe(0);
        _platform.Observations(executor).ShouldBe(1);
        _platform.Time.Advance(TimeSpan.FromMinutes(1));
        _platform.InFlight(executor).ShouldBe(0);
    }

    [Fact]
    public void A_failure_leaves_the_executor_out()
    {
        var (id, executor) = _platform.Select();

        _platform.Log.Tell(id, Broken).Status.ShouldBe(200);

        _platform.InFlight(executor).ShouldBe(0);
        _platform.IsQuarantined(executor).ShouldBeTrue();
        _platform.Observations(executor).ShouldBe(0);
        Enumerable.Range(0, 4).Select(_ => _platform.Select().Executor).ShouldNotContain(executor);
    }

    // Were one client's word enough, its own broken network would take every executor from everybody.
    [Fact]
    public void A_failure_at_an_executor_that_answers_others_does_not_leave_it_out()
    {
        using var platform = new LoggedPlatform(["one"]);
        var (failing, _) = platform.Select("a");
        platform.Log.Tell(platform.Select("b").Id, Quick);

        platform.Log.Tell(failing, Broken).Status.ShouldBe(200);

        platform.IsQuarantined("one").ShouldBeFalse();
        platform.InFlight("one").ShouldBe(0);

        // The answer is too long ago to speak for it.
        var (later, _) = platform.Select("a");
        platform.Time.Advance(TimeSpan.FromMilliseconds(2100));
        var (latest, _) = platform.Select("a");
        platform.Log.Tell(later, Broken);
        platform.Log.Tell(latest, Broken);
        platform.IsQuarantined("one").ShouldBeTrue();
    }

    [Fact]
    public void A_client_that_tells_how_requests_end_is_waited_for()
    {
        using var platform = new LoggedPlatform(["one"]);
        platform.Log.Tell(platform.Select().Id, Quick with { LatencyMs = 300 });
        var (id, _) = platform.Select();

        // Its estimate is 300 ms by now; it has taken three times as long, and is still on its way.
        platform.Time.Advance(TimeSpan.FromMilliseconds(900));
        platform.Log.ReleaseDue();
        platform.InFlight("one").ShouldBe(1);

        platform.Log.Tell(id, Quick with { LatencyMs = 900 });
        platform.InFlight("one").ShouldBe(0);
        platform.Observations("one").ShouldBe(2);

        // Another client has never told anything.
        platform.Select("b");
        platform.Time.Advance(TimeSpan.FromMilliseconds(900));
        platform.Log.ReleaseDue();
        platform.InFlight("one").ShouldBe(0);
    }

    [Fact]
    public void A_client_that_has_stopped_telling_is_no_longer_waited_for()
    {
        using var platform = new LoggedPlatform(["one"]);
        platform.Log.Tell(platform.Select().Id, Quick);
        for (var i = 0; i < 6; i++)
        {
            platform.Select();
            platform.Time.Advance(TimeSpan.FromSeconds(11));
            platform.Log.ReleaseDue();
            platform.InFlight("one").ShouldBe(0);
        }

        platform.Select();
        platform.Time.Advance(TimeSpan.FromMilliseconds(900));
        platform.Log.ReleaseDue();

        platform.InFlight("one").ShouldBe(0);
    }

    // An executor that has become slow is the one whose answers come late.
    [Fact]
    public void A_latency_that_is_told_too_late_still_teaches()
    {
        var (id, executor) = _platform.Select();
        _platform.Time.Advance(TimeSpan.FromSeconds(12));
        _platform.InFlight(executor).ShouldBe(0);
        var before = _platform.ServiceMs(executor);

        _platform.Log.Tell(id, Quick with { LatencyMs = 12_000 }).Status.ShouldBe(200);

        _platform.InFlight(executor).ShouldBe(0);
        _platform.Observations(executor).ShouldBe(1);
        _platform.ServiceMs(executor).ShouldBeGreaterThan(2 * before);
        _platform.Log.Tell(id, Quick).Status.ShouldBe(409);
    }

    [Fact]
    public void A_failure_that_is_told_too_late_still_leaves_the_executor_out()
    {
        var (id, executor) = _platform.Select();
        _platform.Time.Advance(TimeSpan.FromSeconds(12));

        _platform.Log.Tell(id, Broken).Status.ShouldBe(200);

        _platform.IsQuarantined(executor).ShouldBeTrue();
        _platform.InFlight(executor).ShouldBe(0);
    }

    [Fact]
    public void No_request_is_held_for_longer_than_ten_seconds()
    {
        using var platform = new LoggedPlatform(["one"]);
        var chosen = Enumerable.Range(0, 40).Select(_ => platform.Select().Executor).ToList();
        platform.InFlight("one").ShouldBe(40);

        platform.Time.Advance(TimeSpan.FromMilliseconds(RequestLog.LongestHoldMs + 60));

        platform.InFlight("one").ShouldBe(0, $"{chosen.Count} requests one behind the other are estimated to take longer than that");
    }
}
