namespace MuLambda.Scaling.Tests;

public sealed class SloPolicyTests
{
    // 32 examples take 72 ms; within 60 ms and the spread of 1.2 are 21, in 50 ms: at most 420 a second.
    private const double Most = 420;

    [Fact]
    public void The_reason_says_what_is_needed_and_for_what()
    {
        var trace = Started(1).Requests(60, 12.4);

        trace.Replicas.ShouldBe(1);
        trace.Last.Reason.ShouldBe("12.4 requests/s need 1 replica to answer 99 % within 60 ms.");
        trace.Last.Inputs["ratePerSecond"].ShouldBe(12.4, 1e-6);
        trace.Last.Inputs["targetMs"].ShouldBe(60);
    }

    [Fact]
    public void A_steady_rate_has_the_number_of_the_model_for_a_quarter_more_at_once_and_no_more()
    {
        var trace = Started(1);
        var model = new LatencyModel(trace.Service!, 1, 60, 0.99, 1);

        trace.Requests(120, 1000);

        trace.Replicas.ShouldBe(model.Replicas(1.25, 8));
        trace.Replicas.ShouldBeInRange((int)Math.Ceiling(1000 / Most), 5);
        trace.Targets.Select(decided => decided.Target.Replicas).Distinct().ShouldBe([trace.Replicas], "one decision");
        Reversals(trace).ShouldBeEmpty();
    }

    [Fact]
    public void A_burst_is_followed_with_the_first_report()
    {
        var trace = Started(1).Requests(60, 100);
        trace.Replicas.ShouldBe(1);

        trace.Requests(0.5, 1000).Replicas.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public void Fewer_come_only_when_a_window_has_passed_in_which_no_more_were_needed()
    {
        var trace = Started(1).Requests(30, 100).Requests(120, 1000);
        var many = trace.Replicas;
        var ended = trace.NowMs;

        trace.Requests(120, 100);

        trace.Replicas.ShouldBe(1);
        var (downMs, _) = trace.Targets.First(decided => decided.AtMs > ended && decided.Target.Replicas < many);
        var held = trace.Targets.Last(decided => decided.AtMs < downMs).Target;
        (downMs - ended).ShouldBeInRange(held.Inputs["stabilizationMs"] - 1000, held.Inputs["stabilizationMs"] + 1000);
        held.Reason.ShouldContain("needed");
    }

    [Fact]
    public void The_window_is_as_long_as_ten_starts_and_a_minute_at_least()
    {
        var quick = Started(1);
        var slow = Started(1);
        (quick.ColdStartMs, slow.ColdStartMs) = (1_000, 12_000);

        quick.Requests(5, 100).Last.Inputs["stabilizationMs"].ShouldBe(60_000);
        slow.Requests(5, 100).Last.Inputs["stabilizationMs"].ShouldBe(125_000);
    }

    [Fact]
    public void What_often_comes_while_a_replica_starts_is_provided_for()
    {
        var calm = Started(1);
        var wild = Started(1);
        calm.Requests(240, 550);
        for (var i = 0; i < 30; i++)
        {
            wild.Requests(4, 200).Requests(4, 900);
        }

        calm.Last.Inputs["headroomPerSecond"].ShouldBe(0, 1);
        wild.Last.Inputs["headroomPerSecond"].ShouldBeGreaterThan(200);
        wild.Targets.ShouldContain(decided => decided.Target.Reason.Contains("more for what may come in the 1.5 s that a start takes"));
        wild.Replicas.ShouldBeGreaterThan(calm.Replicas);
    }

    [Fact]
    public void It_does_not_flap_on_random_traces()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var run = 0; run < 30; run++)
        {
            var trace = new Trace(ScalingPolicies.Create("slo")) { Max = 12, ColdStartMs = random.Next(300, 5000) };
            for (var i = 0; i < 60; i++)
            {
                trace.Requests(random.Next(1, 40), random.Next(3) == 0 ? 0 : random.Next(3000));
            }

            foreach (var (up, down) in Reversals(trace))
            {
                (down.AtMs - up).ShouldBeGreaterThanOrEqualTo(down.Target.Inputs["stabilizationMs"], $"seed {seed}, run {run}: up at {up}");
            }
        }
    }

    [Fact]
    public void Without_replica_the_first_request_asks_for_one()
    {
        var trace = Started(0).Idle(10);
        trace.Replicas.ShouldBe(0);

        trace.Add(sample => sample with { Requests = 1, Items = 1, Waiting = 1, WaitingCold = 1 }).Replicas.ShouldBe(1);
    }

    [Fact]
    public void Requests_held_for_a_cold_start_get_as_many_as_answer_them_soon()
    {
        var few = Started(0).Idle(10);
        var many = Started(0).Idle(10);

        few.Add(sample => sample with { Requests = 2, Items = 2, Waiting = 2, WaitingCold = 2 }).Replicas.ShouldBe(1);
        many.Add(sample => sample with { Requests = 200, Items = 200, Waiting = 200, WaitingCold = 200 }).Replicas.ShouldBeGreaterThan(3);
        many.Last.Reason.ShouldContain("waiting by then");
    }

    [Fact]
    public void A_backlog_that_will_be_gone_anyway_adds_none()
    {
        var trace = Started(2).Requests(60, 400);
        var before = trace.Replicas;

        Told(trace, 400, waiting: 30).Replicas.ShouldBe(before);
    }

    [Fact]
    public void The_last_one_is_kept_warm_while_nothing_is_known_of_idle_times()
    {
        var trace = Started(1).Requests(20, 50).Idle(598);
        trace.Replicas.ShouldBe(1);
        trace.Last.Reason.ShouldContain("kept warm for 10 min");

        trace.Idle(4).Replicas.ShouldBe(0);
        trace.Last.Reason.ShouldContain("nobody knows");
    }

    [Fact]
    public void Learned_idle_times_send_it_to_zero_and_bring_it_back_in_time()
    {
        var trace = Started(1);
        for (var i = 0; i < 4; i++)
        {
            trace.Requests(20, 50).Idle(300);
        }

        trace.Requests(20, 50);
        var end = trace.NowMs;
        trace.Idle(299.5);

        trace.Replicas.ShouldBe(1);
        var idle = trace.Targets.Where(decided => decided.AtMs > end).ToList();
        var gone = idle.First(decided => decided.Target.Replicas == 0);
        (gone.AtMs - end).ShouldBeLessThanOrEqualTo(20_000);
        gone.Target.Reason.ShouldContain("is in time");
        gone.Target.RevisitMs.ShouldBeInRange(230_000, 300_000);
        var back = idle.First(decided => decided.AtMs > gone.AtMs && decided.Target.Replicas > 0);
        (back.AtMs - end).ShouldBeInRange(240_000, 298_500, "a tenth earlier than the shortest, and a start of 1 s before that");
        back.Target.Reason.ShouldContain("expected");
    }

    [Fact]
    public void What_was_expected_and_does_not_come_is_not_waited_for_longer_than_most_idle_times()
    {
        var trace = Started(1);
        for (var i = 0; i < 4; i++)
        {
            trace.Requests(20, 50).Idle(300);
        }

        trace.Requests(20, 50).Idle(400);

        trace.Replicas.ShouldBe(0);
        trace.Last.Reason.ShouldContain("nobody knows");
        trace.Targets.ShouldContain(decided => decided.Target.Reason.Contains("the next was expected"));
        trace.Targets.Where(decided => decided.AtMs > trace.NowMs - 400_000).Select(decided => decided.Target.Replicas)
            .Aggregate(new List<int>(), (changes, replicas) => changes.LastOrDefault(-1) == replicas ? changes : [.. changes, replicas])
            .ShouldBe([1, 0, 1, 0]);
    }

    [Fact]
    public void One_idle_time_brings_it_back_with_a_wide_margin_and_more_of_them_with_a_narrow_one()
    {
        var trace = Started(1).Requests(20, 50).Idle(900);
        trace.Replicas.ShouldBe(0, "it was kept warm for ten minutes");

        var once = BackAfter(trace);
        for (var i = 0; i < 8; i++)
        {
            trace.Requests(20, 50).Idle(900);
        }

        var often = BackAfter(trace);

        once.ShouldBeInRange(580_000, 640_000, "three tenths earlier");
        often.ShouldBeInRange(760_000, 815_000, "a tenth earlier");

        static double BackAfter(Trace trace)
        {
            trace.Requests(20, 50);
            var endMs = trace.NowMs;
            trace.Idle(900);
            return trace.Targets.SkipWhile(decided => decided.AtMs <= endMs || decided.Target.Replicas > 0)
                .First(decided => decided.Target.Replicas > 0).AtMs - endMs;
        }
    }

    [Fact]
    public void Short_idle_times_among_long_ones_do_not_send_it_to_zero()
    {
        var trace = Started(1);
        for (var i = 0; i < 60; i++)
        {
            trace.Requests(1, 2).Idle(3);
        }

        trace.Targets.ShouldAllBe(decided => decided.Target.Replicas == 1);
    }

    [Fact]
    public void A_start_that_is_short_for_the_target_needs_no_warm_replica()
    {
        var trace = Started(1);
        (trace.TargetMs, trace.ColdStartMs) = (5_000, 1_000);

        trace.Requests(60, 50).Idle(10).Replicas.ShouldBe(0);
        trace.Targets.ShouldContain(decided => decided.Target.Reason.Contains("a start of 1 s is in time"));
    }

    [Fact]
    public void Min_is_kept_without_any_request() => new Trace(ScalingPolicies.Create("slo")) { Min = 2, Ready = 2 }.Idle(2000).Replicas.ShouldBe(2);

    [Fact]
    public void Nothing_changes_on_missing_data()
    {
        var trace = Started(1).Requests(60, 1500);
        var before = trace.Replicas;
        before.ShouldBeGreaterThan(3);
        trace.Silence(3_600_000);

        trace.Decide().Replicas.ShouldBe(before);
        trace.Last.Reason.ShouldContain("missing data");

        // Reports are back, but nobody knows what was needed before them.
        trace.Requests(5, 10).Replicas.ShouldBe(before);
    }

    [Fact]
    public void A_scaler_that_starts_keeps_what_it_finds_until_it_has_seen_a_window()
    {
        var trace = Started(6).Requests(59, 50);
        trace.Replicas.ShouldBe(6);

        trace.Requests(3, 50).Replicas.ShouldBe(1);
    }

    [Fact]
    public void Requests_that_are_late_although_the_model_promised_otherwise_add_one_and_are_remembered()
    {
        var trace = Started(1).Requests(30, 100);
        trace.For(5, sample => Answered(sample, 50, 0.9)).Replicas.ShouldBe(2);
        trace.Targets.ShouldContain(decided => decided.Target.Reason.Contains("1 more as only"));

        // With two all is well, and stays so: with one it was not.
        trace.Requests(120, 100).Replicas.ShouldBe(2);
        trace.Last.Reason.ShouldContain("with 1 only");
    }

    [Fact]
    public void An_alert_adds_one_while_requests_are_still_late()
    {
        var calm = Started(1);
        var firing = Started(1);
        (calm.BurnRate, firing.BurnRate) = (null, 14.4);

        calm.For(20, sample => Answered(sample, 50, 0.987)).Replicas.ShouldBe(1);
        firing.For(20, sample => Answered(sample, 50, 0.987)).Replicas.ShouldBeGreaterThan(1);
        firing.Targets.ShouldContain(decided => decided.Target.Reason.Contains("alert fires (burn rate 14.4)"));
    }

    [Fact]
    public void An_alert_of_what_is_over_adds_none()
    {
        var trace = Started(1);
        trace.BurnRate = 14.4;

        trace.Requests(120, 100).Replicas.ShouldBe(1);
    }

    [Fact]
    public void Without_knowledge_of_batches_there_is_one_and_more_as_requests_wait()
    {
        var trace = Started(0);
        trace.Service = null;
        trace.Idle(2).Replicas.ShouldBe(0);

        Told(trace, 10, waiting: 5).Replicas.ShouldBe(1);
        trace.Last.Reason.ShouldContain("nothing is known yet");
        Told(trace, 10, waiting: 5);
        Told(trace, 10, waiting: 5);
        Told(trace, 10, waiting: 5).Replicas.ShouldBe(2, "the first is ready, and requests still wait");
    }

    [Fact]
    public void What_a_first_replica_was_not_handed_yet_asks_for_no_second_one()
    {
        var trace = Started(0);
        trace.Service = null;
        Told(trace, 10, waiting: 5);
        Told(trace, 10, waiting: 5);

        trace.Add(sample => sample with { Requests = 5, Items = 5, Waiting = 15, InFlight = 0 }).Replicas.ShouldBe(1);

        trace.Ready.ShouldBe(1);
        trace.Last.Inputs["waiting"].ShouldBe(15);
    }

    [Fact]
    public void Without_an_objective_three_batches_time_is_aimed_at()
    {
        var trace = Started(1);
        trace.TargetMs = null;

        trace.Requests(10, 10).Last.Inputs["targetMs"].ShouldBe(36, 1e-9, "a request alone takes 10 ms, and 12 ms with the wanted probability");
        trace.Last.Reason.ShouldContain("no client has an objective");
    }

    [Fact]
    public void A_target_that_nothing_meets_is_said_to_be_so()
    {
        var trace = Started(1);
        trace.TargetMs = 5;

        trace.Requests(10, 10).Last.Reason.ShouldContain("5 ms is met by no number of replicas, as one request alone takes up to 12 ms");
        trace.Replicas.ShouldBe(1);
    }

    [Fact]
    public void More_than_there_may_be_is_said()
    {
        var trace = Started(1).Requests(20, 20_000);

        trace.Replicas.ShouldBe(8);
        trace.Last.Reason.ShouldContain("more than the 8 allowed");
    }

    private static Trace Started(int ready) => new(ScalingPolicies.Create("slo")) { Ready = ready };

    private static ScalingTarget Told(Trace trace, double perSecond, int waiting) => trace.Add(sample => sample with
    {
        Requests = perSecond / 2, Items = perSecond / 2, Waiting = waiting, WaitingCold = trace.Ready == 0 ? waiting : 0, InFlight = trace.Ready * 5,
    });

    private static DemandSample Answered(DemandSample sample, double requests, double share) =>
        sample with { Requests = requests, Items = requests, Good = requests * share, Bad = requests * (1 - share) };

    // Each first decision for fewer after one for more.
    private static IEnumerable<(double UpMs, (double AtMs, ScalingTarget Target) Down)> Reversals(Trace trace)
    {
        var upMs = double.NaN;
        for (var i = 1; i < trace.Targets.Count; i++)
        {
            var change = trace.Targets[i].Target.Replicas - trace.Targets[i - 1].Target.Replicas;
            if (change > 0)
            {
                upMs = trace.Targets[i].AtMs;
            }
            else if (change < 0 && !double.IsNaN(upMs))
            {
                yield return (upMs, trace.Targets[i]);
                upMs = double.NaN;
            }
        }
    }
}
