// The life of an order as a table: from which state which action leads where. What is not in the table cannot happen.
//
//     placed --cook--> cooking --ready--> ready --serve--> served
//        \----------------+-----------------/----cancel--> cancelled

using System.Text.Json.Serialization;

namespace Restaurant;

/// <summary>Where an order is in its life.</summary>
[JsonConverter(typeof(Lowercase<OrderState>))]
enum OrderState
{
    Placed,
    Cooking,
    Ready,
    Served,
    Cancelled,
}

/// <summary>What can be done to an order.</summary>
[JsonConverter(typeof(Lowercase<OrderAction>))]
enum OrderAction
{
    Cook,
    Ready,
    Serve,
    Cancel,
}

/// <summary>Which action is possible when.</summary>
static class OrderRules
{
    private static readonly (OrderState From, OrderAction Action, OrderState To)[] s_steps =
    [
        (OrderState.Placed, OrderAction.Cook, OrderState.Cooking),
        (OrderState.Cooking, OrderAction.Ready, OrderState.Ready),
        (OrderState.Ready, OrderAction.Serve, OrderState.Served),
        (OrderState.Placed, OrderAction.Cancel, OrderState.Cancelled),
        (OrderState.Cooking, OrderAction.Cancel, OrderState.Cancelled),
        (OrderState.Ready, OrderAction.Cancel, OrderState.Cancelled),
    ];

    /// <summary>The states in which nothing can be done any more.</summary>
    public static OrderState[] Final { get; } = [.. Enum.GetValues<OrderState>().Where(static state => Possible(state).Length == 0)];

    /// <summary>What can be done to an order in a state.</summary>
    public static OrderAction[] Possible(OrderState state) => [.. s_steps.Where(step => step.From == state).Select(static step => step.Action)];

    /// <summary>The states from which an action is possible.</summary>
    public static OrderState[] From(OrderAction action) => [.. s_steps.Where(step => step.Action == action).Select(static step => step.From)];

    /// <summary>The state to which an action leads, from wherever it is possible.</summary>
    public static OrderState To(OrderAction action) => s_steps.First(step => step.Action == action).To;

    /// <summary>Why an action is not possible, and what is: for the client.</summary>
    public static string Refusal(long id, OrderState state, OrderAction action)
    {
        OrderAction[] possible = Possible(state);
        string now = possible.Length == 0 ? "Nothing is possible any more" : "Possible now: " + string.Join(", ", possible.Select(Word));
        return $"Order {id} is {Word(state)}: the action {Word(action)} is not possible. {now}.";
    }

    private static string Word<T>(T name) where T : struct, Enum => name.ToString().ToLowerInvariant();
}
