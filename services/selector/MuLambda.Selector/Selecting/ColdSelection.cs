using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>A selection for a client that sends the request itself, which may have waited for its executor.</summary>
/// <param name="Decision">What was chosen.</param>
/// <param name="Id">By which the client tells of the request.</param>
/// <param name="Waited">How long it waited for a first executor to be ready; null where it did not.</param>
internal readonly record struct ColdSelection(Decision Decision, RequestId Id, TimeSpan? Waited);
