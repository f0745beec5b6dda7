namespace MuLambda.Batching.Tests;

public sealed class PolicyTests
{
    private readonly List<BatchEntry> _requests = [];
    private readonly List<BatchEntry> _refused = [];

    [Fact]
    public void None_sends_every_request_at_once_and_alone()
    {
        var batcher = Filled(new NoBatching(), 3);

        TakeAll(batcher, 0).ShouldBe([1, 1, 1]);
        batcher.BatchesInFlight.ShouldBe(3);
    }

    [Fact]
    public void Fixed_waits_for_a_full_batch_or_the_timeout_of_its_first_request()
    {
        var batcher = Filled(new FixedBatching(4, 10, 8), 3);

        batcher.Take(5, _requests, _refused, out var wakeMs).Exists.ShouldBeFalse();
        wakeMs.ShouldBe(10);
        TakeAll(batcher, 10).ShouldBe([3]);

        var full = Filled(new FixedBatching(4, 10, 8), 9);
        TakeAll(full, 0).ShouldBe([4, 4]);
    }

    [Fact]
    public void Fixed_runs_no_more_batches_than_it_has_threads()
    {
        var batcher = Filled(new FixedBatching(2, 0, 2), 8);

        TakeAll(batcher, 0).ShouldBe([2, 2]);
    }

    [Fact]
    public void Aimd_adds_one_to_the_size_for_full_batches_in_time_and_takes_a_tenth_off_for_one_too_late()
    {
        var batcher = Filled(new AimdBatching(), 100, deadlineMs: 1000);
        for (var size = 1; size <= 9; size++)
        {
            var batch = Take(batcher, 0);
            batch.Items.ShouldBe(size);
            batcher.Complete(batch, 10, answered: true);
        }

        var late = Take(batcher, 0);
        late.Items.ShouldBe(10);
        batcher.Complete(late, 5000, answered: true);
        Take(batcher, 0).Items.ShouldBe(9);
    }

    [Fact]
    public void Adaptive_gives_an_idle_executor_what_is_there_at_once()
    {
        var batcher = Filled(new AdaptiveBatching(), 1);

        TakeAll(batcher, 0).ShouldBe([1]);
    }

    [Fact]
    public void Adaptive_gathers_while_an_executor_with_a_large_fixed_cost_is_busy()
    {
        var batcher = Filled(new AdaptiveBatching(), 1);
        Learn(batcher, level: 1, items => 20 + (0.1 * items));
        Learn(batcher, level: 2, items => 40 + (0.2 * items));
        var first = Take(batcher, 10_000);

        for (var i = 0; i < 20; i++)
        {
            batcher.TryEnqueue(new Request(), 10_001).Outcome.ShouldBe(AdmissionOutcome.Queued);
        }

        TakeAll(batcher, 10_001).ShouldBeEmpty();
        batcher.Complete(first, 10_020, answered: true);
        TakeAll(batcher, 10_020).ShouldBe([20]);
    }

    [Fact]
    public void Adaptive_runs_batches_side_by_side_where_they_cost_each_other_nothing()
    {
        var batcher = Filled(new AdaptiveBatching(2), 8);
        Learn(batcher, level: 1, items => 1 + items);
        Learn(batcher, level: 2, items => 1 + items);

        TakeAll(batcher, 10_000).ShouldBe([4, 4]);
    }

    [Fact]
    public void Adaptive_closes_a_batch_so_that_its_earliest_deadline_still_holds()
    {
        var batcher = new Batcher(new AdaptiveBatching(1), new BatcherLimits());
        Learn(batcher, level: 1, items => 10 + items);
        batcher.TryEnqueue(new Request(10_030), 10_000);
        for (var i = 0; i < 99; i++)
        {
            batcher.TryEnqueue(new Request(20_000), 10_000);
        }

        var batch = Take(batcher, 10_000);

        batch.Items.ShouldBeInRange(10, 20);
        (10 + batch.Items).ShouldBeLessThanOrEqualTo(30);
    }

    [Fact]
    public void Adaptive_does_not_let_a_request_about_to_be_late_make_all_others_late()
    {
        var batcher = new Batcher(new AdaptiveBatching(1), new BatcherLimits(MaxBatchItems: 64));
        Learn(batcher, level: 1, items => 20 + (0.1 * items));

        // In time only in a batch alone, while the 60 others need one batch between them.
        batcher.TryEnqueue(new Request(10_020.5, name: "late"), 10_000);
        for (var i = 0; i < 60; i++)
        {
            batcher.TryEnqueue(new Request(10_031), 10_000);
        }

        Take(batcher, 10_000).Items.ShouldBeGreaterThanOrEqualTo(50);
    }

    [Fact]
    public void Adaptive_counts_what_a_batch_answers_by_requests_however_many_examples_they_have()
    {
        var batcher = new Batcher(new AdaptiveBatching(1), new BatcherLimits(MaxBatchItems: 256));
        Learn(batcher, level: 1, items => 20 + (0.1 * items));

        // In time only alone, while the six others need one batch between them.
        batcher.TryEnqueue(new Request(10_023.5, items: 32), 10_000);
        for (var i = 0; i < 6; i++)
        {
            batcher.TryEnqueue(new Request(10_044, items: 32), 10_000);
        }

        Take(batcher, 10_000).Items.ShouldBeGreaterThanOrEqualTo(6 * 32);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Adaptive_passes_over_a_request_about_to_be_late_for_its_equals_and_not_for_lower_priorities(int priority, bool goesFirst)
    {
        var batcher = new Batcher(new AdaptiveBatching(1), new BatcherLimits(MaxBatchItems: 64));
        Learn(batcher, level: 1, items => 20 + (0.1 * items));

        // In time only in a batch alone, and there are more of the others than can be in time.
        batcher.TryEnqueue(new Request(10_020.5, priority: priority, name: "urgent"), 10_000);
        for (var i = 0; i < 200; i++)
        {
            batcher.TryEnqueue(new Request(10_031), 10_000);
        }

        List<BatchEntry> requests = [];
        batcher.Take(10_000, requests, [], out _);

        (requests[0].ToString() == "urgent").ShouldBe(goesFirst);
    }

    [Fact]
    public void The_names_make_the_policies_and_another_is_refused_with_them()
    {
        foreach (var name in BatchPolicies.Names)
        {
            BatchPolicies.Create(name, new BatchPolicyOptions()).Name.ShouldBe(name);
        }

        BatchPolicies.Names.ShouldContain(BatchPolicies.Default);
        Should.Throw<ArgumentException>(() => BatchPolicies.Create("best", new BatchPolicyOptions())).Message.ShouldContain("adaptive");
    }

    private static Batcher Filled(IBatchPolicy policy, int requests, double deadlineMs = 1e9)
    {
        var batcher = new Batcher(policy, new BatcherLimits());
        for (var i = 0; i < requests; i++)
        {
            batcher.TryEnqueue(new Request(deadlineMs), 0).Outcome.ShouldBe(AdmissionOutcome.Queued);
        }

        return batcher;
    }

    private static void Learn(Batcher batcher, int level, Func<int, double> takesMs)
    {
        for (var i = 0; i < 80; i++)
        {
            var items = 1 << (i % 8);
            batcher.Service.Observe(items, level, takesMs(items), 9_000 + i);
        }
    }

    private Batch Take(Batcher batcher, double nowMs)
    {
        _requests.Clear();
        return batcher.Take(nowMs, _requests, _refused, out _);
    }

    private List<int> TakeAll(Batcher batcher, double nowMs)
    {
        var sizes = new List<int>();
        while (Take(batcher, nowMs) is { Exists: true } batch)
        {
            sizes.Add(batch.Items);
        }

        return sizes;
    }
}
