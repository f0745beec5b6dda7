namespace MuLambda.Batching.Tests;

public sealed class DeadlineOrderTests
{
    [Fact]
    public void The_earliest_deadline_is_first_among_equal_priority_and_who_came_first_among_equals()
    {
        var order = new DeadlineOrder();
        Request[] requests =
        [
            new(30, name: "late"), new(10, name: "early"), new(20, name: "middle"), new(40, priority: 1, name: "urgent"), new(10, name: "early too"),
        ];
        foreach (var (i, request) in requests.Index())
        {
            request.Sequence = i;
            order.Add(request);
        }

        Names(order).ShouldBe(["urgent", "early", "early too", "middle", "late"]);
    }

    [Fact]
    public void Whatever_is_added_taken_and_cancelled_the_order_is_that_of_a_sorted_list()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var order = new DeadlineOrder();
        var expected = new List<Request>();
        for (var step = 0; step < 5000; step++)
        {
            if (expected.Count == 0 || random.Next(100) < 55)
            {
                var request = new Request(random.Next(50), random.Next(1, 5), random.Next(3)) { Sequence = step };
                order.Add(request);
                expected.Add(request);
                expected.Sort((x, y) => x.IsBefore(y) ? -1 : 1);
            }
            else if (random.Next(2) == 0)
            {
                var cancelled = expected[random.Next(expected.Count)];
                order.Remove(cancelled).ShouldBeTrue($"seed {seed}, step {step}");
                order.Remove(cancelled).ShouldBeFalse($"seed {seed}, step {step}");
                expected.Remove(cancelled);
            }
            else
            {
                var start = random.Next(expected.Count);
                var count = random.Next(1, expected.Count - start + 1);
                order.RemoveRange(start, count);
                expected.RemoveRange(start, count);
            }

            order.Count.ShouldBe(expected.Count, $"seed {seed}, step {step}");
            order.Items.ShouldBe(expected.Sum(request => request.Items), $"seed {seed}, step {step}");
            order.ItemsFrom(1).ShouldBe(expected.Where(request => request.Priority >= 1).Sum(request => request.Items), $"seed {seed}, step {step}");
            order.Levels.ToArray().Select(level => (level.Priority, level.Count)).ShouldBe(
                expected.CountBy(request => request.Priority).Select(level => (level.Key, level.Value)), $"seed {seed}, step {step}");
            Enumerable.Range(0, order.Count).Select(i => order[i]).ShouldBe(expected, $"seed {seed}, step {step}");
        }
    }

    private static IEnumerable<string> Names(DeadlineOrder order) => Enumerable.Range(0, order.Count).Select(i => order[i].ToString()!);
}
