using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class GrpcTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private RunningExecutor _executor = null!;

    public async Task InitializeAsync() => _executor = await RunningExecutor.StartAsync(new ExecutorOptions
    {
        Models =
        [
            new ModelSource("half", OnnxFiles.HalfPlusTwo(_folder["half"]), null),
            new ModelSource("pair", OnnxFiles.SumAndDifference(_folder["pair"]), null),
        ],
        GrpcSocket = _folder["run/executor.sock"],
        MaxRequestBytes = 10_000,
    });

    public async Task DisposeAsync()
    {
        await _executor.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, "http://")]
    [InlineData(1, "unix:/")]
    public async Task Predict_answers_on_tcp_and_on_the_unix_domain_socket(int address, string scheme)
    {
        _executor.GrpcAddresses[address].ShouldStartWith(scheme);
        var channel = _executor.Connect(address);

        var response = await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f, 2f, 5f], [3])));

        RunningExecutor.Floats(response.Outputs["y"]).ShouldBe([2.5f, 3f, 4.5f]);
        response.Outputs["y"].TensorShape.Dim.Select(d => d.Size).ShouldBe([3]);
        response.ModelSpec.ShouldBe(new ModelSpec { Name = "half", Version = 1, SignatureName = "serving_default" });
    }

    [Fact]
    public async Task Grpc_web_is_answered_where_rest_is()
    {
        var channel = _executor.ConnectWeb();
        string? ahead = null;

        var response = await channel.UnaryAsync(
            PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f, 2f, 5f], [3])),
            new GrpcCallOptions { OnHeaders = headers => ahead = headers.GetValue("mulambda-requests-ahead") });

        RunningExecutor.Floats(response.Outputs["y"]).ShouldBe([2.5f, 3f, 4.5f]);
        ahead.ShouldBe("0");
        var status = await channel.UnaryAsync(ModelService.GetModelStatus, new GetModelStatusRequest { ModelSpec = new ModelSpec { Name = "half" } });
        status.ModelVersionStatus.Single().State.ShouldBe(ModelVersionStatus.Types.State.Available);
        var failure = await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request("nobody", ("x", [1f], [1]))).ShouldThrowAsync<GrpcException>();
        (failure.StatusCode, failure.IsForeign).ShouldBe((StatusCode.NotFound, false));
    }

    [Fact]
    public async Task What_changes_the_models_is_not_answered_where_rest_is()
    {
        var failure = await _executor.ConnectWeb().UnaryAsync(ModelService.HandleReloadConfigRequest, new ReloadConfigRequest()).ShouldThrowAsync<GrpcException>();

        failure.IsForeign.ShouldBeTrue();
        (await _executor.Connect().UnaryAsync(ModelService.HandleReloadConfigRequest, new ReloadConfigRequest()).ShouldThrowAsync<GrpcException>())
            .StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public void The_socket_is_its_owners_alone()
    {
        File.GetUnixFileMode(_folder["run/executor.sock"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(_folder["run"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task The_output_filter_selects()
    {
        var request = RunningExecutor.Request("pair", ("a", [1f, 2f], [1, 2]), ("b", [3f, 4f], [1, 2]));
        request.OutputFilter.Add("difference");

        var response = await _executor.Connect().UnaryAsync(PredictionService.Predict, request);

        response.Outputs.Keys.ShouldBe(["difference"]);
        RunningExecutor.Floats(response.Outputs["difference"]).ShouldBe([-2f, -2f]);
    }

    [Fact]
    public async Task The_version_may_be_named()
    {
        var request = RunningExecutor.Request("half", ("x", [1f], [1]));
        request.ModelSpec.Version = 1;
        (await _executor.Connect().UnaryAsync(PredictionService.Predict, request)).ModelSpec.Version.ShouldBe(1);

        request.ModelSpec.Version = 2;
        await ShouldFailAsync(request, StatusCode.NotFound, "Servable not found for request: Specific(half, 2)");
    }

    [Fact]
    public async Task A_request_that_cannot_be_answered_names_what_was_expected_and_given()
    {
        await ShouldFailAsync(new PredictRequest(), StatusCode.InvalidArgument, "Missing ModelSpec");
        await ShouldFailAsync(RunningExecutor.Request("nobody", ("x", [1f], [1])), StatusCode.NotFound, "Servable not found for request: Latest(nobody)");
        await ShouldFailAsync(
            RunningExecutor.Request("half"), StatusCode.InvalidArgument, "0!=1 len({}) != len({x})", "Missing but required: {x: float32[-1]}");
        await ShouldFailAsync(RunningExecutor.Request("half", ("x", [1f], [1, 1])), StatusCode.InvalidArgument, "float32[1,1]", "float32[-1]");
        await ShouldFailAsync(RunningExecutor.Request("half", ("x", [1f], [2])), StatusCode.InvalidArgument, "x");
        await ShouldFailAsync(RunningExecutor.Request("half", ("x", [1f], [1]), ("z", [1f], [1])), StatusCode.InvalidArgument, "Sent extra: {z}");

        var integers = RunningExecutor.Request("half", ("x", [1f], [1]));
        integers.Inputs["x"].Dtype = Protocol.TensorFlow.DataType.DtInt32;
        await ShouldFailAsync(integers, StatusCode.InvalidArgument, "int32", "float32");

        var filtered = RunningExecutor.Request("half", ("x", [1f], [1]));
        filtered.OutputFilter.Add("nothing");
        await ShouldFailAsync(
            filtered, StatusCode.InvalidArgument, "output tensor alias not found in signature: nothing Outputs expected to be in the set {y}");

        var signature = RunningExecutor.Request("half", ("x", [1f], [1]));
        signature.ModelSpec.SignatureName = "other";
        await ShouldFailAsync(signature, StatusCode.FailedPrecondition, "Serving signature key \"other\" not found.");

        var label = RunningExecutor.Request("half", ("x", [1f], [1]));
        label.ModelSpec.VersionLabel = "stable";
        await ShouldFailAsync(label, StatusCode.InvalidArgument, "Unrecognized servable version label: stable");
    }

    [Fact]
    public async Task A_request_over_the_limit_is_resource_exhausted() =>
        await ShouldFailAsync(RunningExecutor.Request("half", ("x", new float[5_000], [5_000])), StatusCode.ResourceExhausted, "10000");

    private async Task ShouldFailAsync(PredictRequest request, StatusCode status, params string[] words)
    {
        var failure = await _executor.Connect().UnaryAsync(PredictionService.Predict, request).ShouldThrowAsync<GrpcException>();
        failure.StatusCode.ShouldBe(status, failure.Message);
        words.ShouldAllBe(word => failure.Message.Contains(word, StringComparison.Ordinal), failure.Message);
    }
}
