using System.Text;
using Microsoft.AspNetCore.Http;
using MuLambda.Catalog;

namespace MuLambda.Selector.Tests.Forwarding;

public sealed class RequestsAheadTests
{
    private const string Header = "mulambda-requests-ahead";

    public static TheoryData<string?, int?> Told { get; } = new()
    {
        { "0", 0 },
        { "7", 7 },
        { "1000000", 1_000_000 },
        { "1000001", null },
        { "99999999999999999999", null },
        { "-1", null },
        { "+1", null },
        { "1.5", null },
        { "1, 2", null },
        { "many", null },
        { "", null },
        { null, null },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public async Task A_count_is_read_from_an_answer_over_grpc_and_what_cannot_be_is_passed_over(string? told, int? read)
    {
        await using var executor = await TestExecutor.StartAsync("small");
        executor.Handler = (request, call) =>
        {
            if (told is not null)
            {
                call.ResponseHeaders.Add(Header, told);
            }

            return Task.FromResult(TestExecutor.Answer(request));
        };

        (await ReadAsync(executor.Registration())).ShouldBe(read);
    }

    [Theory]
    [MemberData(nameof(Told))]
    public async Task A_count_is_read_from_an_answer_over_rest_and_what_cannot_be_is_passed_over(string? told, int? read)
    {
        await using var executor = await RestExecutor.StartAsync("small", (_, context) =>
        {
            if (told is not null)
            {
                context.Response.Headers[Header] = told;
            }

            return context.Response.WriteAsync("""{"predictions": [[0.75, 0.25]]}""");
        });

        (await ReadAsync(executor.Registration())).ShouldBe(read);
    }

    [Fact]
    public async Task A_count_that_cannot_be_does_not_spoil_the_answer()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform["small"].Handler = (request, call) =>
        {
            call.ResponseHeaders.Add(Header, "-1");
            return Task.FromResult(TestExecutor.Answer(request));
        };

        await platform.AnswerAsync("fast");

        (await platform.CandidatesAsync("fast")).GetProperty("candidates")[0].GetProperty("observations").GetInt64().ShouldBe(1);
    }

    private static async Task<int?> ReadAsync(Executor executor)
    {
        var model = TestPlatform.DigitModel(executor.Id, 0.9, 1000);
        var body = Encoding.UTF8.GetBytes(TestPlatform.Body(3));
        var prediction = new Prediction(model, new JsonInput(body).For(model));
        using var connection = ExecutorConnections.Connect(executor.Endpoints);
        var answer = await connection.PredictAsync(prediction, TestPlatform.Patience, CancellationToken.None);
        return answer.RequestsAhead;
    }
}
