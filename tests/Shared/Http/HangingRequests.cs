using Microsoft.AspNetCore.Http;

namespace MuLambda.Tests.Http;

/// <summary>Servers that do not answer.</summary>
internal static class HangingRequests
{
    /// <summary>Leaves a request unanswered until its caller gives up.</summary>
    public static async Task HangAsync(this HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }
}
