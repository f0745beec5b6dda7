namespace MuLambda.Batching.Tests;

public sealed class BatcherTests
{
    private readonly List<BatchEntry> _requests = [];
    private readonly List<BatchEntry> _refused = [];

    [Fact]
    public void Items_of_a_request_are_never_split_and_a_batch_ends_before_one_that_does_not_fit()
    {
        var batcher = Batcher(new FixedBatching(10, 0, 1));
        Enqueue(batcher, new Request(items: 6, name: "six"), new Request(items: 3, name: "three"), new Request(items: 2, name: "two"));

        var batch = Take(batcher, 0);

        batch.Items.ShouldBe(9);
        Names(_requests).ShouldBe(["six", "three"]);
        batcher.Items.ShouldBe(2);
    }

    [Fact]
    public void A_request_larger_than_a_batch_goes_alone()
    {
        var batcher = Batcher(new FixedBatching(10, 0, 1), new BatcherLimits(MaxBatchItems: 10));
        Enqueue(batcher, new Request(items: 25, name: "large"), new Request(name: "small"));

        Take(batcher, 0).Items.ShouldBe(25);
        Names(_requests).ShouldBe(["large"]);
    }

    [Fact]
    public void The_bound_of_the_queue_holds_and_says_when_to_come_again()
    {
        var batcher = Batcher(new AimdBatching(), new BatcherLimits(MaxRequests: 2));
        Enqueue(batcher, new Request(), new Request());

        var third = batcher.TryEnqueue(new Request(), 0);

        third.Outcome.ShouldBe(AdmissionOutcome.Full);
        third.RetryAfterMs.ShouldBeGreaterThan(0);
        batcher.Count.ShouldBe(2);
    }

    [Fact]
    public void A_full_queue_gives_the_place_of_its_last_request_of_lower_priority_to_a_higher_one()
    {
        var batcher = Batcher(new AimdBatching(), new BatcherLimits(MaxRequests: 3));
        var (soon, late) = (new Request(10, priority: 1), new Request(20, priority: 1));
        Enqueue(batcher, new Request(priority: 2), soon, late);

        batcher.TryEnqueue(new Request(5, priority: 1), 0).Outcome.ShouldBe(AdmissionOutcome.Full, "equal priorities do not displace each other");
        var higher = batcher.TryEnqueue(new Request(priority: 2), 0);

        (higher.Outcome, higher.Displaced).ShouldBe((AdmissionOutcome.Queued, late));
        late.IsQueued.ShouldBeFalse();
        batcher.Count.ShouldBe(3);
        batcher.TryEnqueue(new Request(priority: 3), 0).Displaced.ShouldBe(soon);
        batcher.TryEnqueue(new Request(priority: 2), 0).Outcome.ShouldBe(AdmissionOutcome.Full);
    }

    [Fact]
    public void A_request_does_not_wait_for_those_of_lower_priority_and_is_not_refused_for_them()
    {
        var batcher = Learned(new AdaptiveBatching(1), fixedMs: 20, perItemMs: 1);
        Enqueue(batcher, Enumerable.Range(0, 601).Select(_ => new Request()).ToArray());
        Take(batcher, Now).Exists.ShouldBeTrue();

        batcher.TryEnqueue(new Request(Now + 200), Now).Outcome.ShouldBe(AdmissionOutcome.TooLate);
        batcher.TryEnqueue(new Request(Now + 200, priority: 1), Now).Outcome.ShouldBe(AdmissionOutcome.Queued);
        batcher.WaitMs(1, Now, priority: 1).ShouldBeLessThan(batcher.WaitMs(1, Now));
    }

    [Fact]
    public void A_request_behind_higher_priorities_is_refused_as_soon_as_its_deadline_has_passed()
    {
        var batcher = Batcher(new AimdBatching());
        Enqueue(batcher, new Request(), new Request(100, priority: 2), new Request(5, priority: 1, name: "expired"), new Request(7, name: "alive"));
        Take(batcher, 0).Requests.ShouldBe(1);

        batcher.Take(1, _requests, _refused, out var wakeMs).Exists.ShouldBeFalse();
        wakeMs.ShouldBe(5, "the earliest deadline, behind whomever it is");
        Take(batcher, 6).Exists.ShouldBeFalse();

        Names(_refused).ShouldBe(["expired"]);
        batcher.Count.ShouldBe(2);
    }

    [Fact]
    public void A_cancelled_request_leaves_the_queue_and_one_that_left_in_a_batch_cannot_be_cancelled()
    {
        var batcher = Batcher(new AimdBatching());
        var (first, second) = (new Request(name: "first"), new Request(name: "second"));
        Enqueue(batcher, first, second);
        Take(batcher, 0).Requests.ShouldBe(1);

        batcher.Remove(first).ShouldBeFalse();
        batcher.Remove(second).ShouldBeTrue();
        batcher.Remove(second).ShouldBeFalse();
        batcher.Count.ShouldBe(0);
    }

    [Fact]
    public void A_request_whose_deadline_passed_is_refused_and_does_not_run()
    {
        var batcher = Batcher(new AimdBatching());
        Enqueue(batcher, new Request(5, name: "expired"), new Request(50, name: "alive"));

        Take(batcher, 10);

        Names(_refused).ShouldBe(["expired"]);
        Names(_requests).ShouldBe(["alive"]);
        batcher.TryEnqueue(new Request(9), 10).Outcome.ShouldBe(AdmissionOutcome.TooLate);
    }

    [Fact]
    public void A_request_that_will_be_too_late_is_refused_when_it_comes_while_the_executor_is_busy_and_tried_when_it_is_idle()
    {
        var batcher = Learned(new AdaptiveBatching(1), fixedMs: 20, perItemMs: 1);

        batcher.TryEnqueue(new Request(Now + 10), Now).Outcome.ShouldBe(AdmissionOutcome.Queued, "what is believed may be out of date");
        Take(batcher, Now).Exists.ShouldBeTrue();
        batcher.TryEnqueue(new Request(Now + 10), Now).Outcome.ShouldBe(AdmissionOutcome.TooLate);
        batcher.TryEnqueue(new Request(Now + 500), Now).Outcome.ShouldBe(AdmissionOutcome.Queued);
    }

    [Fact]
    public void Where_not_all_can_be_answered_in_time_the_one_whose_deadline_is_the_first_makes_room()
    {
        var batcher = Flooded();
        var waiting = batcher.Count;

        var admission = batcher.TryEnqueue(new Request(Now + 90, name: "fresh"), Now);

        admission.Outcome.ShouldBe(AdmissionOutcome.Queued);
        admission.Displaced.ShouldNotBeNull().ToString().ShouldBe("1");
        batcher.Count.ShouldBe(waiting);
        batcher.TryEnqueue(new Request(Now + 79), Now).Outcome.ShouldBe(AdmissionOutcome.TooLate, "its own deadline is the first");
    }

    [Fact]
    public void Nobody_makes_room_for_a_lower_priority_and_a_higher_one_needs_none()
    {
        var batcher = Flooded(priority: 1);

        batcher.TryEnqueue(new Request(Now + 90, priority: 0), Now).Outcome.ShouldBe(AdmissionOutcome.TooLate);
        batcher.TryEnqueue(new Request(Now + 70, priority: 2), Now).ShouldBe(new Admission(AdmissionOutcome.Queued, 0));
    }

    [Fact]
    public void A_deadline_is_held_with_what_a_clients_requests_take_elsewhere_to_spare()
    {
        var batcher = Busy();
        var far = Outside(40);

        batcher.TryEnqueue(new Request(Now + 80) { Outside = far }, Now).Outcome.ShouldBe(AdmissionOutcome.TooLate);
        batcher.TryEnqueue(new Request(Now + 80), Now).Outcome.ShouldBe(AdmissionOutcome.Queued, "it is another client's time");
        batcher.TryEnqueue(new Request(Now + 140) { Outside = far }, Now).Outcome.ShouldBe(AdmissionOutcome.Queued);
    }

    [Fact]
    public void Who_is_so_far_away_that_nothing_could_be_in_time_is_served_all_the_same() =>
        Busy().TryEnqueue(new Request(Now + 140) { Outside = Outside(1e6) }, Now).Outcome.ShouldBe(AdmissionOutcome.Queued);

    [Fact]
    public void What_is_no_time_is_no_report()
    {
        var outside = Outside(40);

        outside.Observe(double.NaN);
        outside.Observe(double.PositiveInfinity);
        outside.Observe(-1);

        outside.MeanMs.ShouldBe(40, tolerance: 1e-9);
    }

    [Fact]
    public async Task Reports_that_come_at_the_same_moment_are_taken_one_at_a_time()
    {
        var outside = new OutsideTime();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                outside.Observe(40);
            }
        })));

        outside.MeanMs.ShouldBe(40, tolerance: 1e-9);
    }

    [Fact]
    public void The_wait_is_nothing_at_an_idle_executor_and_grows_with_what_is_ahead()
    {
        var batcher = Learned(new AdaptiveBatching(1), fixedMs: 20, perItemMs: 1);
        batcher.WaitMs(1, Now).ShouldBe(0);

        Enqueue(batcher, new Request());
        Take(batcher, Now);
        var behindOne = batcher.WaitMs(1, Now);
        behindOne.ShouldBeInRange(15, 30);

        for (var i = 0; i < 600; i++)
        {
            Enqueue(batcher, new Request());
        }

        batcher.WaitMs(1, Now).ShouldBeGreaterThan(behindOne + 100);
    }

    [Fact]
    public void A_batch_that_failed_teaches_nothing_and_frees_its_place()
    {
        var batcher = Batcher(new AimdBatching());
        Enqueue(batcher, new Request(), new Request());
        var batch = Take(batcher, 0);
        Take(batcher, 1).Exists.ShouldBeFalse("one at a time");

        batcher.Complete(batch, 5, answered: false);
        batcher.Complete(batch, 6, answered: true);

        batcher.Service.Observations.ShouldBe(0);
        Take(batcher, 7).Exists.ShouldBeTrue();
    }

    [Fact]
    public void Queueing_and_batching_allocate_nothing_once_the_lists_have_grown()
    {
        var batcher = Learned(new AdaptiveBatching(2), fixedMs: 1, perItemMs: 0.1);
        var requests = Enumerable.Range(0, 64).Select(i => new Request()).ToArray();
        Round();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            Round();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Round()
        {
            foreach (var request in requests)
            {
                batcher.TryEnqueue(request, Now);
            }

            while (batcher.Count > 0)
            {
                batcher.Complete(Take(batcher, Now), Now + 2, answered: true);
            }
        }
    }

    private const double Now = 10_000;

    private static Batcher Batcher(IBatchPolicy policy, BatcherLimits? limits = null) => new(policy, limits ?? new BatcherLimits());

    // An executor whose batches of several sizes were seen to take so much.
    private static Batcher Learned(IBatchPolicy policy, double fixedMs, double perItemMs)
    {
        var batcher = Batcher(policy, new BatcherLimits(MaxBatchItems: 64));
        for (var i = 0; i < 120; i++)
        {
            // Two at a time take twice as long: the executor runs one after the other.
            var items = 1 << (i % 7);
            batcher.Service.Observe(items, 1 + (i % 2), (1 + (i % 2)) * (fixedMs + (perItemMs * items)), i * 50);
        }

        return batcher;
    }

    // A batch is on its way, which takes some twenty milliseconds.
    private Batcher Busy()
    {
        var batcher = Learned(new AdaptiveBatching(1), fixedMs: 20, perItemMs: 1);
        batcher.TryEnqueue(new Request(), Now);
        Take(batcher, Now).Exists.ShouldBeTrue();
        return batcher;
    }

    private static OutsideTime Outside(double milliseconds)
    {
        var outside = new OutsideTime();
        for (var i = 0; i < 100; i++)
        {
            outside.Observe(milliseconds);
        }

        return outside;
    }

    // A busy executor, and so many that wait, with deadlines one after the other, that one more is too many: "0" made room for the last one.
    private Batcher Flooded(int priority = 0)
    {
        var batcher = Learned(new AdaptiveBatching(1), fixedMs: 20, perItemMs: 1);
        batcher.TryEnqueue(new Request(), Now).Outcome.ShouldBe(AdmissionOutcome.Queued);
        Take(batcher, Now).Exists.ShouldBeTrue();
        Admission admission;
        var sent = 0;
        do
        {
            admission = batcher.TryEnqueue(new Request(Now + 80 + (sent / 1000.0), priority: priority, name: $"{sent}"), Now);
            admission.Outcome.ShouldBe(AdmissionOutcome.Queued);
            sent++;
        }
        while (admission.Displaced is null);

        admission.Displaced.ToString().ShouldBe("0");
        Take(batcher, Now).Exists.ShouldBeFalse("the executor is busy");
        return batcher;
    }

    private static void Enqueue(Batcher batcher, params Request[] requests)
    {
        foreach (var request in requests)
        {
            batcher.TryEnqueue(request, 0).Outcome.ShouldBe(AdmissionOutcome.Queued);
        }
    }

    private Batch Take(Batcher batcher, double nowMs)
    {
        _requests.Clear();
        _refused.Clear();
        return batcher.Take(nowMs, _requests, _refused, out _);
    }

    private static IEnumerable<string> Names(List<BatchEntry> entries) => entries.Select(entry => entry.ToString()!);
}
