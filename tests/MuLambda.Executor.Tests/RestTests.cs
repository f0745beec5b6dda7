using System.Text.Json;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class RestTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private RunningExecutor _executor = null!;

    public async Task InitializeAsync()
    {
        OnnxFiles.Affine(_folder["versions/3"], 1f, 3f);
        OnnxFiles.Affine(_folder["versions/12"], 1f, 12f);
        OnnxFiles.Affine(_folder["versions/backup"], 1f, 99f);
        _executor = await RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models =
            [
                new ModelSource("half_plus_two", OnnxFiles.HalfPlusTwo(_folder["half"]), null),
                new ModelSource("pair", Path.GetDirectoryName(OnnxFiles.SumAndDifference(_folder["pair"])), null),
                new ModelSource("versions", _folder["versions"], null),
            ],
            MaxRequestBytes = 10_000,
        });
    }

    public async Task DisposeAsync()
    {
        await _executor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Row_and_column_form_are_answered_in_kind()
    {
        var (status, row) = await _executor.PostAsync("/v1/models/half_plus_two:predict", """{"instances": [1.0, 2.0, 5.0]}""");
        status.ShouldBe(200);
        row.GetRawText().ShouldBe("""{"predictions":[2.5,3.0,4.5]}""");

        var (_, column) = await _executor.PostAsync("/v1/models/half_plus_two/versions/1:predict", """{"inputs": {"x": [0]}, "signature_name": "serving_default"}""");
        column.GetRawText().ShouldBe("""{"outputs":[2.0]}""");
    }

    [Fact]
    public async Task Several_inputs_and_outputs_go_by_name()
    {
        var (_, rows) = await _executor.PostAsync(
            "/v1/models/pair:predict", """{"instances": [{"a": [1, 2], "b": [3, 4]}, {"a": [5, 6], "b": [7, 9]}]}""");
        rows.GetRawText().ShouldBe(
            """{"predictions":[{"difference":[-2.0,-2.0],"sum":[4.0,6.0]},{"difference":[-2.0,-3.0],"sum":[12.0,15.0]}]}""");

        var (_, columns) = await _executor.PostAsync("/v1/models/pair:predict", """{"inputs": {"a": [[1, 2]], "b": [[3, 4]]}}""");
        columns.GetRawText().ShouldBe("""{"outputs":{"difference":[[-2.0,-2.0]],"sum":[[4.0,6.0]]}}""");
    }

    [Fact]
    public async Task The_highest_numbered_version_of_a_directory_is_served()
    {
        var (_, answer) = await _executor.PostAsync("/v1/models/versions:predict", """{"instances": [0]}""");
        answer.GetRawText().ShouldBe("""{"predictions":[12.0]}""");

        var (status, state) = await _executor.GetAsync("/v1/models/versions/versions/12");
        status.ShouldBe(200);
        state.GetRawText().ShouldBe(
            """{"model_version_status":[{"version":"12","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]}""");
        (await _executor.GetAsync("/v1/models/versions")).Body.GetRawText().ShouldBe(state.GetRawText());
    }

    [Fact]
    public async Task Metadata_has_TensorFlow_Servings_shape()
    {
        var (status, metadata) = await _executor.GetAsync("/v1/models/pair/metadata");

        status.ShouldBe(200);
        metadata.GetProperty("model_spec").GetRawText().ShouldBe("""{"name":"pair","signature_name":"","version":"1"}""");
        var signature = metadata.GetProperty("metadata").GetProperty("signature_def").GetProperty("signature_def").GetProperty("serving_default");
        signature.GetProperty("inputs").GetProperty("a").GetRawText().ShouldBe(
            """{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"size":"-1","name":""},{"size":"2","name":""}],"unknown_rank":false},"name":"a"}""");
        signature.GetProperty("outputs").EnumerateObject().Select(o => o.Name).ShouldBe(["sum", "difference"], ignoreOrder: true);
        signature.GetProperty("method_name").GetString().ShouldBe("tensorflow/serving/predict");
    }

    [Theory]
    [InlineData("/v1/models/nobody:predict", """{"instances": [1]}""", 404, "Servable not found for request: Latest(nobody)")]
    [InlineData("/v1/models/half_plus_two/versions/2:predict", """{"instances": [1]}""", 404, "Servable not found for request: Specific(half_plus_two, 2)")]
    [InlineData("/v1/models/half_plus_two/versions/x:predict", """{"instances": [1]}""", 400, "Failed to convert version: x to numeric.")]
    [InlineData("/v1/models/half_plus_two:classify", """{"examples": [{"x": 1}]}""", 400, "No classification inputs found in SignatureDef")]
    [InlineData("/v1/models/half_plus_two:regress", """{"examples": [{"x": 1}]}""", 400, "No regression inputs found in SignatureDef")]
    [InlineData("/v1/models/half_plus_two:regress", """{"instances": [1]}""", 400, "'examples' is expected")]
    [InlineData("/v1/models/half_plus_two:explain", """{"instances": [1]}""", 400, "Malformed request: POST /v1/models/half_plus_two:explain")]
    [InlineData("/v1/models/half_plus_two:predict", """{"instances": ["one"]}""", 400, "instances[0]: JSON Value: \"one\" Type: String is not of expected type: float")]
    [InlineData("/v1/models/half_plus_two:predict", """{"instances": [[1]]}""", 400, "instances[0]")]
    [InlineData("/v1/models/half_plus_two:predict", """{"signature_name": "other", "instances": [1]}""", 400, "other")]
    [InlineData("/v1/models/half_plus_two:predict", "instances", 400, "JSON Parse error: ")]
    [InlineData("/v1/models/pair:predict", """{"instances": [1]}""", 400, "'a', 'b'")]
    public async Task A_request_that_cannot_be_answered_says_why(string path, string body, int expected, string reason)
    {
        var (status, answer) = await _executor.PostAsync(path, body);

        answer.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain(reason);
        status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_with_or_without_a_length()
    {
        var large = new string(' ', 10_001);
        var (status, answer) = await _executor.PostAsync("/v1/models/half_plus_two:predict", large);
        status.ShouldBe(413);
        answer.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("10000");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/half_plus_two:predict")
        {
            Content = new StringContent(large),
        };
        request.Headers.TransferEncodingChunked = true;
        using var response = await _executor.Http.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(413);
    }

    [Fact]
    public async Task Unknown_models_have_no_status_and_no_metadata()
    {
        (await _executor.GetAsync("/v1/models/nobody")).Status.ShouldBe(404);
        (await _executor.GetAsync("/v1/models/nobody/metadata")).Status.ShouldBe(404);
        (await _executor.GetAsync("/v1/models/half_plus_two/versions/7")).Body.GetProperty("error").GetString()
            .ShouldNotBeNull().ShouldContain("version 7");
    }

    [Fact]
    public async Task Health_and_metrics_tell_how_it_goes()
    {
        (await _executor.GetAsync("/health")).Status.ShouldBe(200);
        (await _executor.GetAsync("/alive")).Status.ShouldBe(200);
        await _executor.PostAsync("/v1/models/half_plus_two:predict", """{"instances": [1]}""");
        await _executor.PostAsync("/v1/models/half_plus_two:predict", """{"instances": [true]}""");
        await _executor.PostAsync("/v1/models/no\"body:predict", """{"instances": [1]}""");

        using var response = await _executor.Http.GetAsync("/monitoring/prometheus/metrics");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        lines.ShouldContain("mulambda_executor_requests_in_flight 0");
        lines.ShouldContain("mulambda_executor_queue_length 0");
        lines.ShouldContain("mulambda_executor_requests_total{model=\"half_plus_two\",outcome=\"OK\"} 1");
        lines.ShouldContain("mulambda_executor_requests_total{model=\"half_plus_two\",outcome=\"INVALID_ARGUMENT\"} 1");
        lines.ShouldContain("mulambda_executor_requests_total{model=\"unknown\",outcome=\"NOT_FOUND\"} 1");
        lines.ShouldContain("mulambda_executor_predict_seconds_count 1");
        lines.Single(l => l.StartsWith("mulambda_executor_predict_seconds_sum ", StringComparison.Ordinal)).ShouldNotEndWith(" 0");
        lines.ShouldContain("mulambda_executor_model_available{model=\"versions\",version=\"12\"} 1");
    }
}
