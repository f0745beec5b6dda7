using MuLambda.Load.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Simulation;

namespace MuLambda.Load.Tests;

/// <summary>Loads on the executor itself, with one of the digit classifiers.</summary>
public sealed class ExecutorTests(ExecutorProcess executor) : IClassFixture<ExecutorProcess>
{
    private const string Signature = "serving_default";

    private static readonly LoadPlan Short = new() { Arrivals = new PoissonArrivals(100), Duration = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMinutes(1), SloMs = 60_000 };

    [Fact]
    public async Task The_model_says_what_it_takes_over_REST_as_over_gRPC()
    {
        var rest = await ServingMetadata.GetAsync(executor.Rest, ExecutorProcess.Model, Signature, default);
        var grpc = await ServingMetadata.GetAsync(GrpcAddress.Parse(executor.Grpc), ExecutorProcess.Model, Signature, default);

        var input = rest.ShouldHaveSingleItem();
        (input.DataType, input.Shape![0], input.Shape.Skip(1).Aggregate(1L, (size, dimension) => size * dimension)).ShouldBe((DataType.DtFloat, -1, 28 * 28));
        var same = grpc.ShouldHaveSingleItem();
        (same.Name, same.DataType, string.Join(',', same.Shape!)).ShouldBe((input.Name, input.DataType, string.Join(',', input.Shape)));
    }

    [Theory]
    [InlineData("rest", 1, true)]
    [InlineData("rest", 16, false)]
    [InlineData("grpc", 1, true)]
    [InlineData("grpc", 16, false)]
    public async Task Every_request_is_answered(string protocol, int items, bool isOpen)
    {
        var plan = Short with { Items = items, Arrivals = isOpen ? Short.Arrivals : null, Concurrency = 2 };
        using var target = await ConnectAsync(protocol, items);

        var result = await LoadGenerator.RunAsync(target, plan);

        result.Errors.ShouldBeEmpty();
        result.Due.ShouldBeGreaterThan(0);
        (result.Answered, result.WithinSlo).ShouldBe((result.Due, result.Due));
        result.ThroughputPerSecond.ShouldBeGreaterThan(0);
        result.GoodputPerSecond.ShouldBe(result.ThroughputPerSecond);
        result.LatencyMs.ShouldNotBeNull().P50.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_status_of_gRPC_is_a_kind_of_error()
    {
        var inputs = await ServingMetadata.GetAsync(GrpcAddress.Parse(executor.Grpc), ExecutorProcess.Model, Signature, default);
        using var target = new GrpcTarget(GrpcAddress.Parse(executor.Grpc), "nobody", Signature, new RandomInputs(inputs, 1), [1]);

        var result = await LoadGenerator.RunAsync(target, Short with { Duration = TimeSpan.FromMilliseconds(300) });

        var error = result.Errors.ShouldHaveSingleItem();
        (error.Kind, error.Count).ShouldBe(("grpc NOT_FOUND", result.Due));
        error.Example.ShouldContain("nobody");
    }

    [Theory]
    [InlineData("nobody", Signature, "http 404", "grpc NOT_FOUND", "nobody")]
    [InlineData(ExecutorProcess.Model, "other", "wrong answer", "wrong answer", "has no signature 'other'; it has serving_default.")]
    public async Task What_the_server_does_not_know_is_refused_before_the_load(string model, string signature, string rest, string grpc, string message)
    {
        var overRest = await Should.ThrowAsync<LoadTargetException>(() => ServingMetadata.GetAsync(executor.Rest, model, signature, default));
        var overGrpc = await Should.ThrowAsync<LoadTargetException>(() => ServingMetadata.GetAsync(GrpcAddress.Parse(executor.Grpc), model, signature, default));

        (overRest.Kind, overGrpc.Kind).ShouldBe((rest, grpc));
        overRest.Message.ShouldContain(message);
        overGrpc.Message.ShouldContain(message);
    }

    [Fact]
    public async Task Where_no_gRPC_is_listened_for_is_an_error_of_the_connection()
    {
        // A socket that nobody has made.
        var nowhere = GrpcAddress.Parse($"unix:{Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock")}");
        using var target = new GrpcTarget(nowhere, "m", Signature, new RandomInputs([new("x", DataType.DtFloat, [-1])], 1), [1]);

        var result = await LoadGenerator.RunAsync(target, Short with { Duration = TimeSpan.FromMilliseconds(200) });

        result.Errors.Select(error => (error.Kind, error.Count)).ShouldBe([(FailureKinds.Connection, result.Due)]);
        (await Should.ThrowAsync<LoadTargetException>(() => ServingMetadata.GetAsync(nowhere, "m", Signature, default))).Kind.ShouldBe(FailureKinds.Connection);
    }

    private async Task<ILoadTarget> ConnectAsync(string protocol, int items)
    {
        var inputs = new RandomInputs(await ServingMetadata.GetAsync(executor.Rest, ExecutorProcess.Model, Signature, default), seed: 1);
        return protocol == "rest"
            ? RestTarget.OfInputs(executor.Rest, ExecutorProcess.Model, Signature, inputs, [items])
            : new GrpcTarget(GrpcAddress.Parse(executor.Grpc), ExecutorProcess.Model, Signature, inputs, [items]);
    }
}
