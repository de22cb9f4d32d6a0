INSERT INTO dishes (id, name, price) VALUES
    (1, 'Onion soup', 850),
    (2, 'Leek and potato tart', 1150),
    (3, 'Beetroot salad with goat cheese', 980),
    (4, 'Roast chicken, thyme and lemon', 1890),
    (5, 'Mushroom risotto', 1650),
    (6, 'Trout with almonds', 2240),
    (7, 'Crème brûlée', 790),
    (8, 'Apple crumble', 720),
    (9, 'Sparkling water', 380),
    (10, 'House red, a glass', 620);

INSERT INTO tables (number, seats) VALUES (1, 2), (2, 2), (3, 4), (4, 4), (5, 4), (6, 6), (7, 6), (8, 8);
