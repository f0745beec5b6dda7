using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MuLambda.Registry.Problems;

namespace MuLambda.Registry.Tests.Problems;

public sealed class ProblemTests : IAsyncLifetime
{
    private const string Good =
        """{"id":"a","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1,"accuracy":0}}}""";

    private RegistryServer _registry = null!;

    public async Task InitializeAsync() => _registry = await RegistryServer.StartAsync();

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Theory]
    [InlineData("", "$")]
    [InlineData("{", "$")]
    [InlineData("null", "$")]
    [InlineData("[]", "$")]
    [InlineData("""{"id":"a"}""", "criteria")]
    [InlineData("""{"id":"a","criteria":null}""", "criteria")]
    [InlineData("""{"id":"a","criteria":{"required":null,"desired":{"latency":1,"accuracy":0}}}""", "criteria.required")]
    [InlineData("""{"id":"a","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":"1","accuracy":0}}}""", "criteria.desired.latency")]
    [InlineData("""{"id":"a","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1}}}""", "criteria.desired.accuracy")]
    [InlineData("""{"id":"a","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1,"accuracy":0}},"colour":"red"}""", "colour")]
    [InlineData("""{"id":"a","id":"a","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1,"accuracy":0}}}""", "id")]
    [InlineData("""{"id":"a","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1,"accuracy":0,"latency":0}}}""", "criteria.desired.latency")]
    [InlineData("""{"id":"b","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1,"accuracy":0}}}""", "id")]
    [InlineData("""{"id":"a","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":0,"accuracy":0}}}""", "criteria.desired")]
    public async Task What_is_wrong_with_a_body_is_told_by_its_path(string body, string path)
    {
        using var answer = await _registry.Http.PutAsync("v1/clients/a", Json(body));

        var problem = await ProblemAsync(answer, HttpStatusCode.BadRequest);
        var errors = problem.GetProperty("errors").EnumerateObject().ToList();
        errors.Select(e => e.Name).ShouldBe([path]);
        var message = errors[0].Value[0].GetString()!;
        message.ShouldNotContain("MuLambda");
        message.ShouldNotContain("System.");
    }

    [Theory]
    [InlineData("v1/models?taks=classification", "taks")]
    [InlineData("v1/models?Task=classification", "Task")]
    [InlineData("v1/executors?task=classification", "task")]
    [InlineData("v1/latencies?node=a&executor=b", "executor")]
    [InlineData("v1/models?task=a&task=b", "task")]
    [InlineData("v1/deployments/a/decisions?last=3", "last")]
    public async Task A_query_parameter_that_a_list_does_not_take_is_named(string path, string parameter)
    {
        using var answer = await _registry.Http.GetAsync(path);

        var problem = await ProblemAsync(answer, HttpStatusCode.BadRequest);
        problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([parameter]);
    }

    [Theory]
    [InlineData("v1/models?task=a&input=b&output=c&name=d")]
    [InlineData("v1/executors?model=a&node=b")]
    [InlineData("v1/latencies?node=a&client=b")]
    public async Task The_query_parameters_of_a_list_pass(string path)
    {
        using var answer = await _registry.Http.GetAsync(path);

        (await answer.Content.ReadAsStringAsync()).ShouldBe("[]");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_is_a_408()
    {
        var time = new ManualTime();
        await using var registry = await RegistryServer.StartAsync(time);
        var address = registry.Http.BaseAddress!;
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT /v1/clients/a HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"));
        await time.WaitForTimerAsync(RequestJson.Patience);

        time.Advance(RequestJson.Patience);

        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync().WaitAsync(Deadline.Time)).ShouldNotBeNull().ShouldStartWith("HTTP/1.1 408");
    }

    [Fact]
    public async Task A_good_body_passes() =>
        (await _registry.Http.PutAsync("v1/clients/a", Json(Good))).StatusCode.ShouldBe(HttpStatusCode.Created);

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/clients/a/b/c", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/models", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/v1/watch", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/clients/nobody", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/executors/Nobody%20Here", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/models/nobody", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/models/nobody/versions/latest/artifact", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/executors/nobody/heartbeat", HttpStatusCode.UnsupportedMediaType)]
    public async Task Every_refusal_is_a_problem(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Accept", "text/html");

        using var answer = await _registry.Http.SendAsync(request);

        var problem = await ProblemAsync(answer, status);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_content_type_that_is_not_taken_is_named()
    {
        using var answer = await _registry.Http.PutAsync("v1/clients/a", new StringContent(Good, null, "text/plain"));

        var problem = await ProblemAsync(answer, HttpStatusCode.UnsupportedMediaType);
        problem.GetProperty("detail").GetString()!.ShouldContain("text/plain");
    }

    [Fact]
    public async Task An_upload_may_carry_any_content_type()
    {
        using var archive = new ByteArrayContent(Archives.Zip(("saved_model.pb", Sample.SavedModel())).ToArray());
        archive.Headers.ContentType = new("application/x-www-form-urlencoded");

        using var answer = await _registry.Http.PutAsync(
            "v1/models/any/versions/1?task=classification&input=tensor&output=tensor&metric=top-1&accuracy=0.5", archive);

        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_naming_it()
    {
        using var answer = await _registry.Http.PutAsync("v1/clients/a", Json(new string(' ', 1024 * 1024) + Good));

        var problem = await ProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge);
        problem.GetProperty("detail").GetString()!.ShouldContain("1048576 bytes");
    }

    [Fact]
    public async Task The_api_describes_every_operation_with_a_summary_and_its_refusals()
    {
        using var document = JsonDocument.Parse(await _registry.Http.GetStringAsync("/openapi/v1.json"));

        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(o => (Name: $"{o.Name} {path.Name}", o.Value)))
            .Where(o => o.Name.Contains("/v1/", StringComparison.Ordinal))
            .ToList();
        operations.Count.ShouldBe(42);
        operations.ShouldAllBe(o => o.Value.GetProperty("summary").GetString()!.Length > 10);
        operations.Where(o => !o.Name.StartsWith("get", StringComparison.Ordinal))
            .ShouldAllBe(o => o.Value.GetProperty("responses").EnumerateObject().Any(r => r.Name.StartsWith('4')));
    }

    [Fact]
    public async Task It_is_healthy_and_alive()
    {
        (await _registry.Http.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _registry.Http.GetAsync("/alive")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("type").GetString().ShouldBe("about:blank");
        return problem;
    }
}
