using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Protocol.Grpc;
using static MuLambda.Selector.Tests.Batching.Batches;

namespace MuLambda.Selector.Tests.Batching;

/// <summary>What goes wrong with a batch costs neither its queue a place nor its executor a run for nobody.</summary>
public sealed class FaultTests
{
    private const int Patient = 3_000_000;

    [Fact]
    public async Task A_batch_whose_telemetry_fails_leaves_its_place_to_the_next_one()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        var factory = platform.Services.GetRequiredService<IMeterFactory>();
        using (var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name == "mulambda.batch.items")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        })
        {
            listener.SetMeasurementEventCallback<int>((_, _, _, _) => throw new InvalidOperationException("no place for figures"));
            listener.Start();
            using var failed = await platform.InferAsync("fast");
            ((int)failed.StatusCode).ShouldBe(500);
        }

        LabelsOf(await platform.AnswerAsync("fast", TestPlatform.Body(3))).ShouldBe([3]);
        Sizes(platform["model"]).ShouldBe([1]);
    }

    [Fact]
    public async Task When_the_halves_of_a_failed_batch_are_sent_again_those_whose_callers_gave_up_are_left_out()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneAtATime);
        using var first = new Gate(platform["model"]);
        var answers = new List<Task<System.Text.Json.JsonElement>> { platform.AnswerAsync("fast", TestPlatform.Body(9)) };
        await first.EnteredAsync(1);
        using var cancel = new CancellationTokenSource();
        using var content = new StringContent(TestPlatform.Body(2));
        var leaving = platform.Http.PostAsync("/v1/clients/fast:infer", content, cancel.Token);
        answers.AddRange(new[] { 0, 1, 3 }.Select(label => platform.AnswerAsync("fast", TestPlatform.Body(label))));
        var poisoned = platform.InferAsync("fast", TestPlatform.Body(7));
        await WaitingAsync(platform, 5);
        using var second = new Gate(platform["model"])
        {
            Then = request => Labels(request).Contains(7) ? throw new GrpcException(StatusCode.InvalidArgument, "no sevens") : TestExecutor.Answer(request),
        };
        first.Open();
        await second.EnteredAsync(1);

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(leaving);
        var executor = platform.Services.GetRequiredService<CatalogFollower>().Snapshot!.Executors["model"];
        await Eventually(() => executor.InFlight == 4);
        second.Open();

        await TestPlatform.ProblemAsync(poisoned, 400);
        (await Task.WhenAll(answers)).SelectMany(LabelsOf).Order().ShouldBe([0, 1, 3, 9]);
        var sent = platform["model"].Calls.Select(call => Labels(call.Request).ToList()).ToList();
        sent[1].Order().ShouldBe([0, 1, 2, 3, 7]);
        sent.Skip(2).SelectMany(labels => labels).ShouldNotContain(2);
    }

    [Fact]
    public async Task The_wait_of_a_candidate_is_that_of_its_longest_queue_and_not_that_of_the_last_one_used()
    {
        await using var platform = await TestPlatform.StartAsync([], "--Batching:MaxInFlight=1");
        await using var executor = await TestExecutor.StartAsync("any");
        var model = TestPlatform.DigitModel("any", 0.9, 1000);
        platform.Registry.Put(model with
        {
            Signatures = [new("serving_default", [new("image", "float32", [-1, -1, 2, 1])], [new("probabilities", "float32", [-1, 10])])],
        });
        platform.Registry.Put(executor.Registration());
        await platform.FollowedAsync();
        const string Tall = """{"instances": [[[[3], [0]], [[0], [0]], [[0], [0]], [[0], [0]]]]}""";
        executor.Handler = (request, _) =>
        {
            // So long that what this test takes itself is nothing beside it.
            platform.Time.Advance(TimeSpan.FromSeconds(request.Inputs["image"].TensorShape.Dim[1].Size == 4 ? 0 : 100));
            return Task.FromResult(TestExecutor.Answer(request));
        };
        for (var i = 0; i < 5; i++)
        {
            await platform.AnswerAsync("fast", timeoutMs: Patient);
            await platform.AnswerAsync("fast", Tall, Patient);
        }

        using var gate = new Gate(executor);
        var calls = Enumerable.Range(0, 20).Select(_ => platform.AnswerAsync("fast", timeoutMs: Patient)).ToList();
        await WaitingAsync(platform, 19);
        executor.Recover();

        await platform.AnswerAsync("fast", Tall, Patient);

        (await WaitMsAsync()).ShouldBeGreaterThan(30_000, "the queue that is idle again is not the only one");
        gate.Open();
        await Task.WhenAll(calls);
        (await WaitMsAsync()).ShouldBe(0, "nothing waits in either");

        async Task<double> WaitMsAsync() => (await platform.CandidatesAsync("fast"))
            .GetProperty("candidates")[0].GetProperty("estimate").GetProperty("waitMs").GetDouble();
    }
}
