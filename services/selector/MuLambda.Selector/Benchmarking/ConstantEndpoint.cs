using Microsoft.Extensions.Options;

namespace MuLambda.Selector;

/// <summary>
/// <c>POST /benchmark/constant</c>: a decision that was written before. It shows what the server itself costs a request, and exists
/// with <see cref="SelectorOptions.ConstantEndpoint"/> only.
/// </summary>
internal static class ConstantEndpoint
{
    private static readonly byte[] Answer =
        """
        {"requestId":"019c8a4d-5b00-7000-8000-000000000000","policy":"mulambda","executor":"executor-17","node":"node-1","model":{"name":"digits-mlp-wide","version":1},"endpoints":{"rest":"http://10.0.1.17:8501","grpc":"http://10.0.1.17:8500"},"estimate":{"rttMs":1.25,"waitMs":0.417312,"serviceMs":0.934117,"latencyMs":2.601429,"accuracy":0.9725,"rttSource":"measured"},"utility":0.961284,"considered":64}
        """u8.ToArray();

    public static void MapConstant(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/benchmark/constant", (RequestDelegate)AnswerAsync);

    private static async Task AnswerAsync(HttpContext context)
    {
        if (SelectReader.TryTake(context, out var arrived))
        {
            context.Request.BodyReader.AdvanceTo(arrived.End);
            JsonAnswer.Write(context, Answer);
            return;
        }

        var timeout = context.RequestServices.GetRequiredService<IOptions<SelectorOptions>>().Value.DefaultTimeoutMs;
        using var body = await BoundedBody.ReadAsync(context, SelectReader.MaxBytes, TimeSpan.FromMilliseconds(timeout));
        JsonAnswer.Write(context, Answer);
    }
}
