using MuLambda.Timing;

namespace MuLambda.Executor.Synthetic;

/// <summary>
/// A network that delays what leaves the node, as <c>tc netem</c> does: the model has ended the request by then. Only calls of models are
/// answered late; status and metrics are asked for by the companion on the node itself.
/// </summary>
internal static class ReplyDelay
{
    public static void UseReplyDelay(this IApplicationBuilder app, TimeSpan delay, PreciseTimer timer)
    {
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        app.Use((context, next) =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                context.Response.OnStarting(() => DelayAsync(context));
            }

            return next(context);
        });

        async Task DelayAsync(HttpContext context)
        {
            try
            {
                await timer.DelayAsync(delay, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // Nobody waits for the answer any more, or the executor stops.
            }
        }
    }
}
