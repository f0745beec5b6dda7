using System.Diagnostics;

namespace MuLambda.Selector;

/// <summary>What all calls of the selector share: problems as answers, and counting.</summary>
internal static class Endpoint
{
    public static async Task RunAsync(
        HttpContext context,
        SelectorTelemetry telemetry,
        TimeProvider time,
        string operation,
        Func<long, Task> answer,
        Action<int, TimeSpan>? ended = null,
        Func<HttpContext, RequestException, Task>? writeProblem = null)
    {
        var arrived = time.GetTimestamp();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await answer(arrived);
            status = context.Response.StatusCode;
        }
        catch (RequestException problem)
        {
            status = problem.Status;
            Activity.Current?.SetTag("error.type", problem.Title);
            await (writeProblem ?? ProblemResults.WriteAsync)(context, problem);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The caller went away; nobody reads an answer.
            status = StatusCodes.Status499ClientClosedRequest;
            context.Response.StatusCode = status;
        }
        finally
        {
            var elapsed = time.GetElapsedTime(arrived);
            telemetry.Ended(operation, status, elapsed);
            ended?.Invoke(status, elapsed);
        }
    }

    /// <summary>Answers with a refusal, from within an answer: as if it had been thrown, without what that costs where refusals come by thousands.</summary>
    public static Task RefuseAsync(HttpContext context, RequestException refused, Func<HttpContext, RequestException, Task>? writeProblem = null)
    {
        for (var activity = Activity.Current; activity is not null; activity = activity.Parent)
        {
            activity.SetTag("error.type", refused.Title);
        }

        return (writeProblem ?? ProblemResults.WriteAsync)(context, refused);
    }
}
